/* What tests share. The database part: a fresh store per test, on the database that MILLET_TEST_DB names. */
#pragma once
/* cmocka wants these first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/db.h"

/* Use as cmocka's setup and teardown: TEST(name) below does. *state is a Test. */
typedef struct Test {
    Arena *arena;
    Store *store; /* fresh and empty, with every migration run */
} Test;

int test_setup(void **state);    /* only the arena */
int test_setup_db(void **state); /* arena and store */
int test_teardown(void **state); /* runs the hooks on the store, then closes it */

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)
#define TEST_DB(name) cmocka_unit_test_setup_teardown(name, test_setup_db, test_teardown)

Arena *test_arena(void **state);
Store *test_store(void **state);

/* Run after every test on its store, newest last: a failed assertion in it fails the test. */
void test_after_each(void (*check)(Store *store, Arena *arena));

bool test_on_postgres(void);
/* What a test that plays at random begins from: the same at each run of ./test. MILLET_TEST_SEED=random, or a number, for another. */
uint64_t test_seed(void);
/* Options of a fresh database of its own, not opened yet: on disk and durable. Gone when the program ends. */
StoreOptions test_store_options(Arena *arena);

/* Fails the test at this line, with the error's text, unless err is NULL; or unless it has this code. */
#define assert_fine(err) assert_fine_at((err), __FILE__, __LINE__)
#define assert_err(err, code) assert_err_at((err), (code), __FILE__, __LINE__)
void assert_fine_at(const Err *err, const char *file, int line);
void assert_err_at(const Err *err, const char *code, const char *file, int line);
#define assert_str(str, text) assert_str_at((str), (text), __FILE__, __LINE__)
void assert_str_at(Str str, const char *text, const char *file, int line);

/* Plain SQL in a write, for what no query says: tests only. */
Err *test_sql(Store *store, Arena *arena, const char *sql);
/* The first column of the first row; 0 when there is none. */
int64_t test_int(Store *store, const char *sql);
