/* Finding embedded files and icons. The tables are made by tools/embed. */
#include "web/asset.h"

#include "core/core.h"

const Asset *asset_at_url(Str url)
{
    size_t low = 0, high = house_assets_len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_compare(url, house_assets[middle]->url);
        if (order == 0)
            return house_assets[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const Asset *asset_find(Str name)
{
    for (size_t i = 0; i < house_assets_len; i++)
        if (str_eq(str_of(house_assets[i]->name), name))
            return house_assets[i];
    return NULL;
}

Str asset_url(const char *name)
{
    const Asset *asset = asset_find(str_of(name));
    if (asset)
        return asset->url;
    log_line("error", "missing_asset=%s", name);
    return (Str){0};
}

int icon_find(Str name)
{
    size_t low = 0, high = house_icons_len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = str_compare(name, str_of(house_icons[middle].name));
        if (order == 0)
            return (int)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}
