/* What people read when base, db or core refuse something: what is wrong, and what to do. */
#include "core/errors.h"

const ErrText core_errors[] = {
    /* fields of forms and JSON */
    {"field.required", N_("Please fill this in.")},
    {"field.too_long", N_("Too long: at most {max}.")},
    {"field.too_short", N_("Too short: at least {min}.")},
    {"field.not_number", N_("Please give a number in digits.")},
    {"field.range", N_("Must be between {min} and {max}.")},
    {"field.too_small", N_("Must be at least {min}.")},
    {"field.not_money", N_("Please give an amount such as 12.50.")},
    {"field.currency", N_("Amounts here are in {currency}.")},
    {"field.not_date", N_("Please give a date such as 2026-11-21.")},
    {"field.not_time", N_("Please give a time such as 2026-11-21T09:30:00Z.")},
    {"field.not_id", N_("That is not an id of ours: 13 letters and digits.")},
    {"field.not_choice", N_("Please choose one of: {choices}.")},
    {"field.not_text", N_("This text has characters that cannot be read.")},
    {"json.syntax", N_("This is not valid JSON: line {line}, column {column}.")},
    {"json.depth", N_("This JSON is nested deeper than {max} levels.")},
    {"json.number", N_("A number in this JSON is too large: line {line}, column {column}.")},
    {"json.unknown_field", N_("There is no such field.")},
    {"json.doubled_field", N_("A field is given twice: line {line}, column {column}.")},
    {"json.type", N_("This field takes: {wanted}.")},
    {"csv.quote", N_("Line {line}: a quotation mark is not closed, or text follows it.")},
    {"csv.too_many_fields", N_("Line {line} has too many columns.")},
    /* files and the command line */
    {"file.missing", N_("There is no such file.")},
    {"file.too_large", N_("The file is too large: at most {max} bytes.")},
    {"file.unreadable", N_("The file cannot be read.")},
    {"file.unwritable", N_("The file cannot be written.")},
    {"disk.full", N_("The disk is full. Nothing was changed; please tell whoever runs this server.")},
    {"input.missing", N_("Nothing was given on standard input.")},
    {"input.too_long", N_("The line on standard input is too long.")},
    {"config.value", N_("{source}: \"{value}\" will not do for {name}; it takes {range}.")},
    {"config.unknown", N_("{source}: there is no setting named {name}. `millet config` lists them.")},
    {"config.flag", N_("{name} needs a value.")},
    /* the database */
    {"db.locked", N_("Another process has this data open. Stop it first, or let it do the work.")},
    {"db.migration_changed", N_("A migration that already ran has been changed. This program does not fit this data.")},
    {"db.busy", N_("Too much is being written just now. Please try again in a moment.")},
    {"db.too_many_rows", N_("That is too much at once. Please ask for less.")},
    {0},
};
