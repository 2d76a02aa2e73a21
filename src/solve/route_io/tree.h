/* A JSON document as a tree in the arena. */
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
    double *row;    /* instead of items, of a list of more than 1,023 numbers (NAN: null), which may be a row of a matrix */
    Str *names;     /* of objects */
    size_t len;
};

/* Codes: route.json with arg "where" = line. Doubled names, depth over 32 and more than 2,000,000 parts beside long rows are refused. */
Err *tree_read(Arena *arena, Str text, Tree *out);
const Tree *tree_get(const Tree *object, const char *name); /* NULL when absent, null or not an object */
