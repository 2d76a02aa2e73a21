/* Following another platform's catalogue, by people and by programs. */
#include <string.h>

#include "core/config.h"
#include "core/jobs.h"
#include "loopback.h"
#include "trade/platform.h"
#include "trade/test_village.h"

static const char *next_answer; /* of the other platform; changed only while nobody asks */

static void answer(Loopback *server, int fd, const char *request)
{
    (void)server, (void)request;
    loopback_say(fd, next_answer, strlen(next_answer));
}

#define CATALOGUE(price_)                                                                                                                      \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"                                                           \
    "{\"@context\":\"https://www.datafoodconsortium.org\",\"@graph\":[\n"                                                                      \
    "{\"@id\":\"http://x/1\",\"@type\":\"dfc-b:SuppliedProduct\",\"dfc-b:name\":\"Beet\",\"dfc-b:referencedBy\":\"http://x/1i\"},\n"           \
    "{\"@id\":\"http://x/1i\",\"@type\":\"dfc-b:CatalogItem\",\"dfc-b:stockLimitation\":7,\"dfc-b:offeredThrough\":\"http://x/1o\"},\n"        \
    "{\"@id\":\"http://x/1o\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"dfc-b:value\":" price_ ",\"dfc-b:hasUnit\":\"urn:iso:std:iso:4217:CNY\"}}]}"

typedef struct Hub {
    App *app;
    Arena *arena;
    Store *store;
    User *seller, *program;
    Loopback server;
    Time now;
} Hub;

static void hub_make(Hub *hub, void **state)
{
    *hub = (Hub){.app = app_of(state), .now = time_now()};
    hub->arena = app_arena(hub->app);
    hub->store = app_store(hub->app);
    hub->seller = user(hub->app, "seller", 0, ROLE_SELLER);
    hub->program = program(hub->app, hub->seller, "offers");
    loopback_open(&hub->server, false);
    hub->server.reply = answer;
    assert_fine(config_set(hub->arena, "fetch_inside", "true"));
}

static void hub_end(Hub *hub)
{
    loopback_close(&hub->server);
    assert_fine(config_set(hub->arena, "fetch_inside", "false"));
}

static const char *at(Hub *hub, const char *rest)
{
    return str_z(hub->arena, str_format(hub->arena, "/api/dfc/enterprises/%.*s/platforms%s", STR_ARG(id_text(hub->arena, app_org(hub->app))), rest));
}

static const char *granting(Hub *hub, const char *scopes)
{
    return str_z(hub->arena, str_format(hub->arena, "{\"@context\":\"https://cdn.startinblox.com/owl/context-bis.jsonld\",\"enterprise\":\"http://127.0.0.1:%d/api/dfc/enterprises/12/\","
                                                    "\"dfc-t:hasAssignedScopes\":{\"@type\":\"rdf:List\",\"@list\":[%s]}}", hub->server.port, scopes));
}

static const char *event(Hub *hub, const char *type, int enterprise)
{
    return str_z(hub->arena, str_format(hub->arena, "{\"eventType\":\"%s\",\"enterpriseUrlid\":\"http://127.0.0.1:%d/api/dfc/enterprises/%d\"}", type, hub->server.port, enterprise));
}

/* So many minutes later the job runs. */
static void minutes_pass(Hub *hub, int minutes)
{
    hub->now.ms += minutes * (int64_t)MINUTE_MS;
    assert_fine(job_run(hub->store, hub->arena, job_named("trade.platforms"), hub->now));
}

#define WRITE "{\"@id\":\"https://example.com/scopes/ReadProducts\",\"@type\":\"dfc-t:Scope\"},{\"@id\":\"https://example.com/scopes#WriteProducts\",\"@type\":\"dfc-t:Scope\"}"

static void a_platform_with_a_grant_is_read_again_when_it_says_so_and_once_a_day(void **state)
{
    Hub hub;
    hub_make(&hub, state);
    next_answer = CATALOGUE("2.2");
    const Answer *granted = ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), granting(&hub, WRITE));
    assert_status(granted, 200);
    assert_says(granted, "/platforms/scopes/WriteProducts");
    assert_says(granted, "/api/dfc/enterprises/12\",\"@type\":\"dfc-t:Platform\",\"localId\":\"green-hub\"");
    minutes_pass(&hub, 1);
    assert_int_equal(test_int(hub.store, "SELECT amount FROM price"), 220);
    assert_true(strstr(hub.server.heard, "GET /api/dfc/enterprises/12/catalog_items ") != NULL);
    minutes_pass(&hub, 60); /* nobody has said anything */
    assert_int_equal(hub.server.requests, 1);
    next_answer = CATALOGUE("2.5");
    assert_status(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 200);
    assert_status(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 200);
    minutes_pass(&hub, 1);
    assert_int_equal(hub.server.requests, 2);
    assert_int_equal(test_int(hub.store, "SELECT amount FROM price WHERE valid_to IS NULL"), 250);
    assert_int_equal(test_int(hub.store, "SELECT count(*) FROM product"), 1);
    minutes_pass(&hub, 25 * 60);
    assert_int_equal(hub.server.requests, 3);
    assert_says(ask(hub.app, hub.program, "GET", at(&hub, ""), NULL), "\"dfc-t:platforms\":{\"@type\":\"rdf:List\",\"@list\":[{\"@id\"");
    assert_says(ask(hub.app, hub.program, "GET", at(&hub, "/green-hub"), NULL), "WriteProducts");
    hub_end(&hub);
}

static void what_is_taken_back_is_not_read(void **state)
{
    Hub hub;
    hub_make(&hub, state);
    next_answer = CATALOGUE("2.2");
    assert_status(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), granting(&hub, WRITE)), 200);
    const Answer *taken = ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), "{\"dfc-t:hasAssignedScopes\":{\"@list\":[],\"@type\":\"rdf:List\"}}");
    assert_status(taken, 200);
    assert_silent(taken, "WriteProducts");
    assert_says(taken, "enterprises/12"); /* the address stays */
    assert_refused(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 404, "platform.missing");
    minutes_pass(&hub, 2 * 24 * 60);
    assert_int_equal(hub.server.requests, 0);
    hub_end(&hub);
}

static void what_is_wrong_is_said_and_nothing_is_lost(void **state)
{
    Hub hub;
    hub_make(&hub, state);
    next_answer = CATALOGUE("2.2");
    assert_refused(ask(hub.app, hub.program, "PUT", at(&hub, "/Green%20Hub"), granting(&hub, WRITE)), 422, "platform.name");
    assert_refused(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), "{\"a\":1}"), 422, "platform.scopes");
    assert_refused(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), "no json"), 422, "platform.scopes");
    assert_refused(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), "{\"enterprise\":\"ftp://a.example.org/1\",\"dfc-t:hasAssignedScopes\":{\"@type\":\"rdf:List\"}}"), 422, "platform.address");
    assert_refused(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), "{\"dfc-t:hasAssignedScopes\":{\"@type\":\"rdf:List\"}}"), 422, "platform.address");
    assert_refused(ask(hub.app, hub.program, "GET", at(&hub, "/green-hub"), NULL), 404, "platform.missing");
    assert_refused(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "deleted", 12)), 422, "platform.event");
    assert_refused(ask(hub.app, hub.program, "POST", "/api/dfc/events", "{}"), 422, "platform.enterprise");
    assert_refused(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "refresh", 13)), 404, "platform.missing");
    User *buyer = program(hub.app, user(hub.app, "buyer", 0, ROLE_MEMBER), "offers");
    assert_refused(ask(hub.app, buyer, "GET", at(&hub, ""), NULL), 403, "access.role");
    assert_refused(ask(hub.app, buyer, "PUT", at(&hub, "/green-hub"), granting(&hub, WRITE)), 403, "access.role");
    assert_status(ask(hub.app, NULL, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 401);
    assert_status(ask(hub.app, hub.program, "PUT", at(&hub, "/green-hub"), granting(&hub, WRITE)), 200);
    minutes_pass(&hub, 1);
    next_answer = "HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n";
    assert_refused(ask(hub.app, buyer, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 404, "platform.missing"); /* no seller here */
    assert_status(ask(hub.app, hub.program, "POST", "/api/dfc/events", event(&hub, "refresh", 12)), 200);
    minutes_pass(&hub, 1);
    assert_says(ask(hub.app, hub.seller, "GET", "/market/import", NULL), "The other side did not answer with a catalogue.");
    assert_int_equal(test_int(hub.store, "SELECT count(*) FROM product WHERE state = 'live'"), 1);
    hub_end(&hub);
}

static void a_seller_follows_on_a_page_and_stops(void **state)
{
    Hub hub;
    hub_make(&hub, state);
    next_answer = CATALOGUE("2.2");
    Str org = id_text(hub.arena, app_org(hub.app));
    const char *form = str_z(hub.arena, str_format(hub.arena, "seller=%.*s&name=green-hub&url=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2Fapi%%2Fdfc%%2Fenterprises%%2F12%%2Fcatalog_items", STR_ARG(org), hub.server.port));
    assert_goes_to(ask(hub.app, hub.seller, "POST", "/market/import/follow", form), "/market/import");
    assert_says(ask(hub.app, hub.seller, "GET", "/market/import", NULL), "Is read within a minute");
    minutes_pass(&hub, 1);
    assert_says(ask(hub.app, hub.seller, "GET", "/market/import", NULL), "1 new, 0 changed, 0 not taken.");
    const char *stop = str_z(hub.arena, str_format(hub.arena, "seller=%.*s&name=green-hub&stop=1", STR_ARG(org)));
    assert_goes_to(ask(hub.app, hub.seller, "POST", "/market/import/follow", stop), "/market/import");
    assert_says(ask(hub.app, hub.seller, "GET", "/market/import", NULL), "Not followed");
    const Answer *bad = ask(hub.app, hub.seller, "POST", "/market/import/follow", str_z(hub.arena, str_format(hub.arena, "seller=%.*s&name=other&url=nowhere", STR_ARG(org))));
    assert_says(bad, "Write the address of the enterprise over there");
    for (int i = 1; i < PLATFORMS_MAX; i++) {
        const char *more = str_z(hub.arena, str_format(hub.arena, "seller=%.*s&name=hub-%d&url=https%%3A%%2F%%2Fa.example.org%%2F1", STR_ARG(org), i));
        assert_goes_to(ask(hub.app, hub.seller, "POST", "/market/import/follow", more), "/market/import");
    }
    bad = ask(hub.app, hub.seller, "POST", "/market/import/follow", str_z(hub.arena, str_format(hub.arena, "seller=%.*s&name=last&url=https%%3A%%2F%%2Fa.example.org%%2F1", STR_ARG(org))));
    assert_says(bad, "at most 20 catalogues");
    hub_end(&hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_platform_with_a_grant_is_read_again_when_it_says_so_and_once_a_day),
        TEST_DB(what_is_taken_back_is_not_read),
        TEST_DB(what_is_wrong_is_said_and_nothing_is_lost),
        TEST_DB(a_seller_follows_on_a_page_and_stops),
    };
    return cmocka_run_group_tests_name("platforms", tests, NULL, NULL);
}
