/* Fresh databases for tests, quickly: a template is migrated once a program (SQLite) or once a run (PostgreSQL), then copied. */
#pragma once
#include "db/db.h"

/* A fresh database with every migration run; not durable. Lives until test_fresh_drop. */
StoreOptions test_fresh(Arena *arena);
void test_fresh_drop(void);
