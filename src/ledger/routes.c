/* The ledger's routes and its Module record. */
#include "ledger/inside.h"
#include "ledger/pages.h"

#define TRANSFERS_BODY_MAX (4 << 20)

static const Place places[] = {
    {.path = "/ledger", .label = N_("Books"), .icon = "book", .order = 50, .roles = ROLE_TREASURER, .kind = PLACE_MONEY},
    {0},
};

static const Route routes[] = {
    GET("/ledger", show_ledger, HAS_ROLE, "The trial balance of any day.", .roles = ROLE_TREASURER, .query = &ledger_query_shape),
    GET("/ledger.csv", show_ledger_csv, HAS_ROLE, "The same, account by account, as a table.", .roles = ROLE_TREASURER, .query = &ledger_query_shape),
    GET("/ledger/codes/{code}", show_code, HAS_ROLE, "The accounts of a code.", .roles = ROLE_TREASURER, .query = &ledger_query_shape),
    GET("/ledger/accounts/{id}", show_account_page, HAS_ROLE, "An account, line by line.", .roles = ROLE_TREASURER, .query = &ledger_query_shape),
    GET("/ledger/accounts/{id}/entries.csv", show_account_csv, HAS_ROLE, "Its lines as a table.", .roles = ROLE_TREASURER, .query = &ledger_query_shape),
    POST("/ledger/accounts/{id}/freeze", freeze_account, HAS_ROLE, "Nothing moves on it any more.", .roles = ROLE_TREASURER),
    POST("/ledger/accounts/{id}/thaw", thaw_account, HAS_ROLE, "It moves again.", .roles = ROLE_TREASURER),
    GET("/ledger/entry", show_new_entry, HAS_ROLE, "Writing an entry by hand.", .roles = ROLE_TREASURER),
    POST("/ledger/entry", make_entry, HAS_ROLE, "Books it.", .roles = ROLE_TREASURER, .takes = &entry_form, .idempotent = true),
    GET("/ledger/closing", show_closing, HAS_ROLE, "What closing the year would move; years closed before.", .roles = ROLE_TREASURER, .query = &closing_query),
    POST("/ledger/closing", close_year, HAS_ROLE, "Closes the year: income and expense go to equity.", .roles = ROLE_TREASURER, .takes = &closing_form),
    POST("/ledger/closing/{id}/undo", reopen_year, HAS_ROLE, "Takes that back.", .roles = ROLE_TREASURER),
    POST("/api/v1/transfers", make_transfers_json, SIGNED_IN,
         "Moves money: one transfer, or a list of up to 8190 in which each group stands or falls alone. 201 when all happened, "
         "207 with a code for each that was refused when some did, the refusal itself when none did.",
         .takes = &transfers_shape, .status = 201, .scope = "transfers", .idempotent = true, .max_body = TRANSFERS_BODY_MAX),
    GET("/api/v1/transfers/{id}", show_transfer_json, SIGNED_IN, "One transfer by its UUID: whether it happened, and its hash.",
        .gives = &transfer_json_shape),
    POST("/api/v1/accounts", make_account_json, SIGNED_IN, "Opens an account; for treasurers.", .takes = &account_new_shape,
         .gives = &account_made_shape, .status = 201, .scope = "transfers", .idempotent = true),
    GET("/api/v1/accounts", list_accounts_json, SIGNED_IN, "My accounts; all of them for a treasurer.", .query = &page_query_shape,
        .gives = &account_json_shape, .gives_list = true),
    GET("/api/v1/accounts/{id}", show_account_json, SIGNED_IN, "One account: posted and held in total.", .gives = &account_json_shape),
    GET("/api/v1/accounts/{id}/entries", list_entries_json, SIGNED_IN, "What moved on it, newest first.", .query = &page_query_shape,
        .gives = &entry_json_shape, .gives_list = true),
    GET("/api/v1/trial-balance", show_trial_json, SIGNED_IN, "Debits and credits of every account at the end of a day; for treasurers.",
        .query = &trial_query_shape, .gives = &trial_shape),
};
const Module ledger_module = MODULE("ledger", routes, .errors = ledger_errors, .jobs = ledger_jobs, .checks = ledger_checks, .places = places);
