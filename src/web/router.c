/* The route tree: one node per segment, literals before names before rests. */
#include "web/router.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METHODS ((int)METHOD_OPTIONS + 1)

typedef struct Node {
    Str segment;
    struct Node *next;     /* among the literals of one parent */
    struct Node *literals; /* children */
    struct Node *name, *rest;
    const Route *routes[METHODS];
    const Module *modules[METHODS];
    unsigned methods;
} Node;

static struct Router {
    pthread_once_t once;
    Arena *arena;
    Node *root;
} router = {.once = PTHREAD_ONCE_INIT};

static const char *const method_names[METHODS] = {
    [METHOD_GET] = "GET",     [METHOD_HEAD] = "HEAD",     [METHOD_POST] = "POST",       [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE", [METHOD_OPTIONS] = "OPTIONS",
};

const char *method_name(Method method)
{
    return (int)method > 0 && (int)method < METHODS ? method_names[method] : "?";
}

Method method_parse(Str name)
{
    for (int method = 1; method < METHODS; method++)
        if (str_eq(name, str_of(method_names[method])))
            return (Method)method;
    return (Method)0;
}

bool router_at(size_t index, const Module **module, const Route **route)
{
    for (size_t m = 0; house_modules[m]; m++) {
        if (index < house_modules[m]->routes_len) {
            *module = house_modules[m];
            *route = &house_modules[m]->routes[index];
            return true;
        }
        index -= house_modules[m]->routes_len;
    }
    return false;
}

static _Noreturn void bad_table(const Module *module, const Route *route, const char *why)
{
    fprintf(stderr, "millet: route %s %s of module %s: %s\n", method_name(route->method),
            route->path ? route->path : "(no path)", module->name, why);
    abort();
}

static Node *child_literal(Node *node, Str segment)
{
    for (Node *child = node->literals; child; child = child->next)
        if (str_eq(child->segment, segment))
            return child;
    return NULL;
}

static Node *child_make(Node *node, Str segment)
{
    Node **place = NULL;
    if (segment.len > 2 && segment.at[0] == '{')
        place = segment.at[segment.len - 2] == '*' ? &node->rest : &node->name;
    Node *child = place ? *place : child_literal(node, segment);
    if (child)
        return child;
    child = NEW(router.arena, Node);
    child->segment = segment;
    if (place)
        *place = child;
    else {
        child->next = node->literals;
        node->literals = child;
    }
    return child;
}

static void route_add(const Module *module, const Route *route)
{
    if (!route->path || route->path[0] != '/' || !route->handler || !route->access || !route->about || !route->method)
        bad_table(module, route, "path, handler, access and about must be given");
    Node *node = router.root;
    Str rest = str_slice(str_of(route->path), 1, SIZE_MAX), segment;
    int params = 0;
    for (bool more = true; more;) {
        more = str_cut(rest, '/', &segment, &rest);
        params += segment.len > 2 && segment.at[0] == '{';
        node = child_make(node, segment);
    }
    if (params > PARAMS_MAX)
        bad_table(module, route, "more than 8 names in the path");
    if (node->routes[route->method])
        bad_table(module, route, "another route has the same method and path");
    node->routes[route->method] = route;
    node->modules[route->method] = module;
    node->methods |= 1u << route->method;
}

static void router_build(void)
{
    router.arena = arena_new(); /* lives as long as the program */
    router.root = NEW(router.arena, Node);
    const Module *module;
    const Route *route;
    for (size_t i = 0; router_at(i, &module, &route); i++)
        route_add(module, route);
}

void router_start(void)
{
    pthread_once(&router.once, router_build);
}

/* Depth first, so that /a/{x}/c is found when /a/b exists without /c below it. */
static const Node *walk(const Node *node, Str rest, bool more, int param, Str params[PARAMS_MAX])
{
    if (!more)
        return node->methods ? node : NULL;
    Str segment, after;
    bool deeper = str_cut(rest, '/', &segment, &after);
    const Node *child = child_literal((Node *)node, segment);
    const Node *found = child ? walk(child, after, deeper, param, params) : NULL;
    if (!found && node->name && segment.len && param < PARAMS_MAX) {
        params[param] = segment;
        found = walk(node->name, after, deeper, param + 1, params);
    }
    if (!found && node->rest && node->rest->methods && rest.len && param < PARAMS_MAX) {
        params[param] = rest;
        found = node->rest;
    }
    return found;
}

void router_find(Method method, Str path, Found *out)
{
    router_start();
    *out = (Found){0};
    if (path.len == 0 || path.at[0] != '/')
        return;
    const Node *node = walk(router.root, str_slice(path, 1, SIZE_MAX), true, 0, out->params);
    if (!node)
        return;
    out->methods = node->methods;
    if (method == METHOD_HEAD)
        method = METHOD_GET;
    if ((int)method <= 0 || (int)method >= METHODS)
        return;
    out->route = node->routes[method];
    out->module = node->modules[method];
}
