/* The co-operative, its people and where it hands over. */
#include "demo/inside.h"
#include "identity/identity.h"
#include "market/market.h"

enum { YEAR_DAYS = 365, LANGS = 2 };

typedef struct Moving {
    Demo *demo;
    Str hash;
} Moving;

static Err *arrive(Tx *tx, Moving *moving, const char *sign_name, const char *name, const char *phone, const char *lang)
{
    Demo *demo = moving->demo;
    Id person;
    const NewPerson fresh = {.name = str_of(name),
                             .sign_name = str_of(sign_name),
                             .phone = str_of(phone),
                             .lang = str_of(lang),
                             .state = "active"};
    TRY(person_add(tx, demo->now, 0, &fresh, &person));
    TRY(password_set(tx, demo->now, person, moving->hash));
    TRY(grant_add(tx, demo->now, 0, person, demo_id(demo, "village"), ROLE_MEMBER));
    demo_name(demo, person, "person:%s", sign_name);
    return NULL;
}

static Err *helper_arrives(Tx *tx, Moving *moving, const Helper *helper)
{
    Demo *demo = moving->demo;
    TRY(arrive(tx, moving, helper->sign_name, helper->person, helper->phone, helper->lang));
    Id person = demo_id(demo, "person:%s", helper->sign_name);
    for (const RoleName *role = role_names; role->name; role++)
        if ((helper->roles & role->role) && role->role != ROLE_MEMBER)
            TRY(grant_add(tx, demo->now, 0, person, demo_id(demo, "village"), role->role));
    return NULL;
}

static Err *grower_arrives(Tx *tx, Moving *moving, const Grower *grower, int number)
{
    Demo *demo = moving->demo;
    Id org;
    Arena *arena = tx->db.arena;
    const char *phone = str_z(arena, str_format(arena, "1390000%04d", number + 1));
    TRY(arrive(tx, moving, grower->sign_name, grower->person, phone, "zh-CN"));
    const NewOrg fresh = {.kind = grower->kind,
                          .name = str_of(grower->en),
                          .place = str_of(grower->place_en),
                          .story = str_of(grower->story_en),
                          .langs = STR("en zh-CN"),
                          .slug = str_of(grower->slug)};
    TRY(org_add(tx, demo->now, 0, &fresh, &org));
    demo_name(demo, org, "org:%s", grower->slug);
    Id person = demo_id(demo, "person:%s", grower->sign_name);
    return grant_add(tx, demo->now, 0, person, org, ROLE_SELLER);
}

static Err *pickup_opens(Tx *tx, Demo *demo, const Pickup *pickup)
{
    Id made;
    LangText texts[LANGS] = {{STR("en"), str_of(pickup->en), str_of(pickup->note_en)},
                             {STR("zh-CN"), str_of(pickup->zh), str_of(pickup->note_zh)}};
    Str addresses[LANGS] = {str_of(pickup->address_en), str_of(pickup->address_zh)};
    PickupHours hours[4];
    NewPickup fresh = {.org = demo_id(demo, "village"),
                       .texts = {texts, LANGS},
                       .addresses = {addresses, LANGS},
                       .hours = hours,
                       .everyone = true,
                       .has_position = true,
                       .latitude = pickup->latitude,
                       .longitude = pickup->longitude};
    for (int i = 0; i < 4; i++)
        if (pickup->days[i])
            hours[fresh.hours_len++] = (PickupHours){pickup->days[i], pickup->from, pickup->to};
    TRY(pickup_add(tx, &fresh, 0, demo->now, &made));
    demo_name(demo, made, "pickup:%s", pickup->en);
    return NULL;
}

static Err *move_in(Tx *tx, void *arg)
{
    Moving *moving = arg;
    for (const Helper *helper = helpers; helper->sign_name; helper++)
        TRY(helper_arrives(tx, moving, helper));
    for (int i = 0; growers[i].slug; i++)
        TRY(grower_arrives(tx, moving, &growers[i], i));
    for (const Pickup *pickup = pickups; pickup->en; pickup++)
        TRY(pickup_opens(tx, moving->demo, pickup));
    return NULL;
}

Err *demo_people(Demo *demo)
{
    Moving moving = {.demo = demo};
    /* One hash for all: the password is printed anyway, and fourteen would take three seconds. */
    TRY(password_hash(demo->arena, STR(DEMO_PASSWORD), &moving.hash));
    return db_write(demo->store, demo->arena, move_in, &moving);
}
