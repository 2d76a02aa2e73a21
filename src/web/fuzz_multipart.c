/* Bytes from outside as multipart/form-data. The first byte says how the rest is cut into pieces: however it is cut, the
   same texts and files must come out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "web/multipart.h"

enum { TEXT_MAX = 4096, PARTS = 20 };

static char folder[] = "/tmp/millet-fuzz-XXXXXX";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void folder_remove(void)
{
    rmdir(folder);
}

typedef struct Out {
    Err *err;
    Pairs texts;
    const Upload *files;
    size_t files_len;
} Out;

static Out read_in_pieces(Arena *arena, Str body, size_t piece)
{
    const MultipartLimits limits = {.folder = folder, .parts = PARTS, .text_bytes = TEXT_MAX};
    Multipart *multipart = multipart_new(arena, STR("b"), &limits);
    Out out = {0};
    while (body.len && !out.err) {
        out.err = multipart_add(multipart, str_slice(body, 0, piece));
        body = str_slice(body, piece, SIZE_MAX);
    }
    if (!out.err)
        out.err = multipart_end(multipart);
    out.texts = multipart_texts(multipart);
    out.files = multipart_files(multipart, &out.files_len);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool made;
    if (!made && !mkdtemp(folder))
        abort();
    if (!made)
        atexit(folder_remove);
    made = true;
    if (size < 1)
        return 0;
    Arena *arena = arena_new();
    Str body = {(const char *)data + 1, size - 1}, boundary;
    (void)multipart_boundary(body, &boundary);
    Out whole = read_in_pieces(arena, body, body.len + 1), cut = read_in_pieces(arena, body, 1 + data[0] % 100u);
    if (!whole.err != !cut.err || whole.texts.len > PARTS || whole.files_len > PARTS)
        abort();
    if (!whole.err) {
        if (whole.texts.len != cut.texts.len || whole.files_len != cut.files_len)
            abort();
        for (size_t i = 0; i < whole.texts.len; i++)
            if (!str_eq(whole.texts.at[i].value, cut.texts.at[i].value) || !utf8_valid(whole.texts.at[i].value))
                abort();
        for (size_t i = 0; i < whole.files_len; i++)
            if (whole.files[i].bytes != cut.files[i].bytes || str_find(whole.files[i].name, STR("/")) != SIZE_MAX)
                abort();
    }
    arena_free(arena); /* removes the files */
    return 0;
}
