/* The room of leaving and moving in. */
#include "core/module.h"

static const ErrText errors[] = {
    {"bundle.not_zip", N_("This is no zip file, or its end is missing. Fetch it again.")},
    {"bundle.name", N_("The zip holds a file named \"{file}\", which leads elsewhere or stands there twice. This is no bundle of Millet's.")},
    {"bundle.kind", N_("\"{file}\" in the zip is encrypted or packed in an unusual way. Pack it again as an ordinary zip.")},
    {"bundle.too_many", N_("The zip holds more than 500,000 files. This is no bundle of Millet's.")},
    {"bundle.damaged", N_("\"{file}\" in the bundle is damaged. Fetch the bundle again, or export it anew.")},
    {"bundle.checksum", N_("\"{file}\" differs from its checksum in SHA256SUMS: it was changed or damaged on the way. Fetch the bundle again.")},
    {"bundle.missing", N_("\"{file}\" is missing in the bundle. Export it anew.")},
    {"bundle.unknown", N_("\"{file}\" does not belong into a bundle. Take it out, or export anew.")},
    {"bundle.bomb", N_("The zip would unpack to more than 200 times its size. This is no bundle of Millet's.")},
    {"bundle.format", N_("This bundle has a format this program does not know. Use a newer Millet.")},
    {"bundle.newer", N_("The bundle holds \"{table}\" {column}, which this program does not know. Use the Millet it was made with, or a newer one.")},
    {"bundle.older", N_("The bundle was made by an older Millet, before \"{table}\" had {column}. Take it in with that version, then update.")},
    {"bundle.row", N_("{file}, line {line}: {why}.")},
    {"bundle.rows", N_("The database refuses a row of {file}: it stands there twice, or speaks of something that is missing.")},
    {"bundle.wrong", N_("What the bundle holds does not fit together, as listed above. Nothing was taken in.")},
    {"bundle.not_empty", N_("There are people, organisations or changes here already. A bundle is taken in by an empty installation: "
                            "name another folder with --data, or another database with --db.")},
    {"bundle.file_there", N_("\"{file}\" is there already. A bundle is taken in by an empty data folder.")},
    {"bundle.write", N_("The bundle could not be written. It must be an ordinary file on a disk.")},
    {"bundle.large", N_("A row of {file} is too large for a bundle.")},
    {"bundle.text", N_("A text in table {table}, column {column}, is not valid. Run millet verify.")},
    {"bundle.circle", N_("The tables refer to each other in a circle, so a bundle cannot be made. This is a fault of the program.")},
    {"bundle.trial", N_("Nothing was written.")},
    {0},
};

const Module exchange_module = {.name = "exchange", .errors = errors};
