/* A JSON document as a tree in the arena. Only tree.c knows jansson. */
#pragma once
#include "base/base.h"

typedef enum TreeKind { TREE_NULL, TREE_BOOL, TREE_INT, TREE_REAL, TREE_TEXT, TREE_LIST, TREE_OBJECT } TreeKind;

typedef struct Tree Tree;
struct Tree {
    TreeKind kind;
    bool truth;
    int64_t number; /* TREE_INT */
    double real;    /* TREE_INT and TREE_REAL */
    Str text;       /* TREE_TEXT */
    Tree *items;    /* of lists and objects */
    Str *names;     /* of objects */
    size_t len;
};

/* Codes: route.json with arg "where" = line and column. Doubled names and depth over 32 are refused. */
Err *tree_read(Arena *arena, Str text, Tree *out);
const Tree *tree_get(const Tree *object, const char *name); /* NULL when absent, null or not an object */
