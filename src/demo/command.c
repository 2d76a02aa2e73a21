/* `millet demo`: a believable village in an empty data folder. */
#include "base/command.h"

#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "core/core.h"
#include "demo/inside.h"
#include "identity/identity.h"

enum { SEED = 20260405 };

/* What may lie in a folder that is still empty: settings, certificates, what ./run writes. */
static bool belongs_to_nobody(const char *name)
{
    static const char *const fine[] = {".", "..", "lost+found", "millet.conf", "tls", "demo.txt"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (strcmp(name, fine[i]) == 0)
            return true;
    return false;
}

static Err *folder_check(Arena *arena, const char *data)
{
    DIR *dir = opendir(data);
    Err *err = NULL;
    for (struct dirent *entry; dir && !err && (entry = readdir(dir));)
        if (!belongs_to_nobody(entry->d_name)) {
            err = err_arg(arena, err_new(arena, ERR_CONFLICT, "demo.not_empty"), "folder", str_of(data));
            err_arg(arena, err, "found", str_of(entry->d_name));
        }
    if (dir)
        closedir(dir);
    return err;
}

static Err *found_village(Tx *tx, void *arg)
{
    Demo *demo = arg;
    Id village;
    const Founding founding = {.name = STR("Green Ear 青穗合作社"),
                               .place = STR("Green Ear valley 青穗谷"),
                               .lang = STR("en"),
                               .currency = STR("CNY"),
                               .zone = STR("Asia/Shanghai")};
    TRY(village_found(tx, demo->now, &founding, &village));
    demo_name(demo, village, "village");
    return NULL;
}

static void show_progress(void *arg, int64_t done, int64_t of)
{
    args_progress(arg, "Drawing", done, of);
}

static Err *make_parts(Args *args, Demo *demo, size_t *orders)
{
    DemoPictures pictures;
    TRY(house_furnish(demo->store, demo->arena));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            TRY(house_modules[i]->start(demo->store, demo->arena));
    TRY(demo_people(demo));
    TRY(demo_draw(demo, &pictures, show_progress, args));
    TRY(demo_goods(demo, &pictures));
    TRY(demo_orders(demo, DEMO_WEEKS, orders));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->demo)
            TRY(house_modules[i]->demo(demo));
    return NULL;
}

static void tell(Args *args, int64_t began_us, size_t orders)
{
    size_t pickups_len = 0;
    while (pickups[pickups_len].en)
        pickups_len++;
    fprintf(args->out,
            "The demo village \"Green Ear 青穗合作社\" is ready: %zu producers, %zu goods, %zu pickup "
            "places, %zu past "
            "orders (%.1f s).\n\nSign in with the password %s as\n",
            demo_growers_len(), demo_goods_len(), pickups_len, orders,
            (double)(time_monotonic_us() - began_us) / 1e6, DEMO_PASSWORD);
    for (const Helper *helper = helpers; helper->sign_name; helper++)
        if (helper->about)
            fprintf(args->out, "  %-11s %s\n", helper->sign_name, helper->about);
    for (int i = 0; i < 3; i++)
        fprintf(args->out, "  %-11s sells for %s\n", growers[i].sign_name, growers[i].en);
    fputs("\n", args->out);
}

static int demo_command(Args *args)
{
    if (!args_done(args, 0, 0))
        return EXIT_USAGE;
    int64_t began_us = time_monotonic_us();
    size_t orders = 0;
    StoreOptions options = store_options(args->arena);
    Demo demo = {.arena = args->arena, .now = time_now(), .seed = SEED};
    Err *err = folder_check(args->arena, options.data);
    if (!err)
        err = store_open(args->arena, &options, &demo.store);
    if (err)
        return args_failed(args, err);
    err = db_write(demo.store, args->arena, found_village, &demo);
    if (err_is(err, "start.done")) /* PostgreSQL: the folder is empty, the database is not */
        err = err_arg(
            args->arena,
            err_arg(args->arena, err_new(args->arena, ERR_CONFLICT, "demo.not_empty"), "folder", str_of("database")),
            "found", STR("a co-operative"));
    else if (!err && (err = make_parts(args, &demo, &orders)))
        fprintf(args->err, "millet: %s holds an unfinished demo: delete it before you try again\n", options.data);
    store_close(demo.store);
    if (err)
        return args_failed(args, err);
    tell(args, began_us, orders);
    return EXIT_DONE;
}

const Command demo_commands[] = {
    COMMAND("demo", N_("Make a demo village in an empty data folder"),
            N_("Usage: millet demo [--data FOLDER] [--db URL]\n\n"
               "A made-up co-operative with producers, goods in two languages, pickup places, people to sign in as and "
               "a few past "
               "orders. It refuses a folder or database that holds anything. The same village comes out each time."),
            demo_command),
    {0},
};
