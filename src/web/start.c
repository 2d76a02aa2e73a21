/* What web/ needs before the first request: the settings read once, the folder for uploads, its key. */
#include <dirent.h>
#include <unistd.h>

#include "base/file.h"
#include "web/cache.h"
#include "web/inside.h"

WebSettings web_settings;

/* Uploads of a process that was killed. */
static void folder_empty(Arena *arena, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));)
        if (str_starts(str_of(entry->d_name), STR("upload-")))
            unlink(str_z(arena, str_format(arena, "%s/%s", folder, entry->d_name)));
    closedir(dir);
}

Err *web_start(Store *store, Arena *arena)
{
    static char folder[4096];
    Str data = config_text("data");
    if (data.len + 8 > sizeof folder)
        return err_detail(arena, ERR_BROKEN, "file.unwritable", "the name of the data folder is too long");
    Str tmp = str_format(arena, "%.*s/tmp", STR_ARG(data));
    memcpy(folder, str_z(arena, tmp), tmp.len + 1);
    web_settings = (WebSettings){.upload_folder = folder,
                                 .form_bytes = config_int("max_form"),
                                 .json_bytes = config_int("max_json"),
                                 .upload_bytes = config_int("max_upload"),
                                 .parts = (int)config_int("max_parts"),
                                 .request_line_bytes = config_int("max_request_line"),
                                 .header_bytes = config_int("max_header"),
                                 .headers_bytes = config_int("max_headers"),
                                 .header_count = config_int("max_header_count"),
                                 .https_redirect = config_bool("https_redirect"),
                                 .log_requests = str_eq(config_text("log"), STR("requests")),
                                 .search_per_minute = config_int("search_per_minute"),
                                 .posting_per_minute = config_int("posting_per_minute"),
                                 .posting_burst = config_int("posting_burst"),
                                 .sign_in_address = config_int("sign_in_address"),
                                 .exports_running = config_int("exports_running")};
    TRY(folder_make(arena, folder, 0700));
    folder_empty(arena, folder);
    router_start();
    cache_clear(); /* of a store that was open before, in tests */
    return csrf_load(store, arena);
}
