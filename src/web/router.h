/* From method and path to a route of some module. */
#pragma once
#include "web/web.h"

enum { PARAMS_MAX = 8 };

typedef struct Found {
    const Route *route;      /* NULL: no such path, or not with this method */
    const Module *module;    /* of the route */
    unsigned methods;        /* 1 << Method of what the path knows; 0: no such path */
    Str params[PARAMS_MAX];  /* still percent-encoded */
} Found;

/* Builds the tree from house_modules once; aborts with a sentence when two routes are the same or one is malformed,
   since that is a mistake in a table that every test run meets. */
void router_start(void);
/* A literal segment wins over a {name}, a {name} over a {rest*}. HEAD finds the GET route. */
void router_find(Method method, Str path, Found *out);
/* Walks all routes in the order of modules and tables: false past the end. */
bool router_at(size_t index, const Module **module, const Route **route);

const char *method_name(Method method); /* "GET" */
Method method_parse(Str name);          /* 0 when unknown */
