/* Identity's addresses and its Module record. */
#include "identity/checks.h"
#include "identity/errors.h"
#include "identity/handlers.h"
#include "identity/identity.h"
#include "identity/leave.h"
#include "identity/people.h"

static const Route routes[] = {
    GET("/api/v1/me", show_me_json, SIGNED_IN, "Who is asking, with which roles.", .gives = &me_shape),
};

static const Job jobs[] = {
    {.name = "identity.erase", .every_ms = HOUR_MS, .run = identity_erase_due, .about = N_("Erases people whose days to change their mind are over.")},
    {.name = "identity.sweep", .every_ms = HOUR_MS, .run = identity_sweep, .about = N_("Removes sessions, slips and notes that are over.")},
    {0},
};

static const Check checks[] = {
    {.name = "identity.people", .run = check_people},
    {.name = "identity.grants", .run = check_grants},
    {.name = "identity.admin", .run = check_admin},
    {.name = "identity.erased", .run = check_erased},
    {0},
};

const Module identity_module = MODULE("identity", routes, .errors = identity_errors, .jobs = jobs, .checks = checks,
                                      .authenticate = identity_authenticate, .erase_person = person_forget,
                                      .export_person = identity_export_person);
