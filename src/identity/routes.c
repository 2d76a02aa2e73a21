/* Identity's addresses and its Module record. */
#include "identity/checks.h"
#include "identity/errors.h"
#include "identity/forms.h"
#include "identity/handlers.h"
#include "identity/identity.h"
#include "identity/leave.h"
#include "identity/people.h"
#include "identity/start.h"

/* ADMIN of any organisation may enter; the handler asks of which. */
static const Route routes[] = {
    GET("/start", show_start, ANYONE, "The first start: sets up the co-operative.", .query = &back_query),
    POST("/start", start_village, ANYONE, "Sets up the co-operative and its first administrator, once.",
         .takes = &start_code_form),

    GET("/sign-in", show_sign_in, ANYONE, "Signing in by name, phone or e-mail.", .query = &back_query),
    POST("/sign-in", sign_in, ANYONE, "Signs in.", .takes = &sign_in_form, .signs_in = true),
    POST("/sign-out", sign_out, ANYONE, "Signs out on this device."),
    GET("/sign-in/code", show_sign_in_code, ANYONE, "Signing in with a recovery code."),
    POST("/sign-in/code", sign_in_code, ANYONE, "Signs in with a recovery code, which is used up.", .takes = &code_form,
         .signs_in = true),
    GET("/sign-in/slip", show_sign_in_slip, ANYONE, "Signing in with the digits of a slip."),
    POST("/sign-in/slip", sign_in_slip_digits, ANYONE, "Signs in with the digits of a slip.", .takes = &slip_form,
         .signs_in = true),
    GET("/slip/{link}", show_slip, ANYONE, "What a slip's QR opens; does not use it up yet."),
    POST("/slip/{link}", sign_in_slip_link, ANYONE, "Signs in with a slip's QR.", .signs_in = true),
    GET("/confirm", show_confirm, SIGNED_IN, "Asks for the password once more.", .query = &back_query),
    POST("/confirm", confirm_password, SIGNED_IN, "Wakes the rights of staff for a while.", .takes = &confirm_form),

    GET("/join", show_join, ANYONE, "Asking to join."),
    POST("/join", ask_to_join, ANYONE, "Asks to join.", .takes = &join_form, .limit = LIMIT_POSTING, .signs_in = true),
    GET("/invite/{token}", show_invitation, ANYONE, "What an invitation opens."),
    POST("/invite/{token}", join_invited, ANYONE, "Joins by invitation.", .takes = &invited_form, .signs_in = true),
    POST("/invite/{token}/accept", accept_invitation, SIGNED_IN, "Takes an invitation with the account one has."),

    GET("/me", show_me, SIGNED_IN, "One's own page."),
    GET("/me/profile", show_profile, SIGNED_IN, "Name, phone, language."),
    POST("/me/profile", change_profile, SIGNED_IN, "Changes them.", .takes = &profile_form),
    GET("/me/password", show_password, SIGNED_IN, "A new password."),
    POST("/me/password", change_password, SIGNED_IN, "Sets it; other devices are signed out.", .takes = &password_form),
    GET("/me/devices", show_devices, SIGNED_IN, "Where one is signed in."),
    POST("/me/devices/{id}/sign-out", sign_out_device, SIGNED_IN, "Signs one device out."),
    POST("/me/devices/sign-out", sign_out_others, SIGNED_IN, "Signs all other devices out."),
    GET("/me/codes", show_codes, SIGNED_IN, "Recovery codes: how many are left."),
    POST("/me/codes", make_codes, SIGNED_IN, "Makes ten new ones, shown once."),
    GET("/me/tokens", show_tokens, SIGNED_IN, "Tokens for programs."),
    POST("/me/tokens", make_token, SIGNED_IN, "Makes one, shown once.", .takes = &token_form),
    POST("/me/tokens/{id}/end", end_token, SIGNED_IN, "Takes one back."),
    GET("/me/household", show_household, SIGNED_IN, "The household."),
    POST("/me/household", name_household, SIGNED_IN, "Makes or renames it.", .takes = &household_form),
    POST("/me/household/leave", leave_household, SIGNED_IN, "Leaves it."),
    POST("/me/household/invite", invite_household, SIGNED_IN, "A link for those who live there, shown once."),
    GET("/me/data", show_my_data, SIGNED_IN, "Taking one's data along; leaving."),
    GET("/me/export", export_me, SIGNED_IN, "All that is known about oneself, as JSON.", .limit = LIMIT_EXPORT),
    POST("/me/leave", leave_village, SIGNED_IN, "Leaves: erased after some days."),
    POST("/me/stay", stay_in_village, SIGNED_IN, "Changes one's mind about leaving."),
    GET("/today", show_today, SIGNED_IN, "What needs me now."),

    GET("/people", show_people, HAS_ROLE, "People, and who asks to join.", .roles = ROLE_ADMIN, .query = &people_query,
        .limit = LIMIT_SEARCH),
    GET("/people/new", show_person_new, HAS_ROLE, "Adding somebody who stands at the counter.", .roles = ROLE_ADMIN),
    POST("/people", add_person, HAS_ROLE, "Adds a member.", .roles = ROLE_ADMIN, .takes = &person_form),
    GET("/people/{id}", show_person, HAS_ROLE, "One person.", .roles = ROLE_ADMIN),
    POST("/people/{id}/approve", approve_person, HAS_ROLE, "Lets somebody in.", .roles = ROLE_ADMIN),
    POST("/people/{id}/refuse", refuse_person, HAS_ROLE, "Refuses somebody, and forgets them.", .roles = ROLE_ADMIN),
    POST("/people/{id}/disable", disable_person, HAS_ROLE, "Blocks somebody.", .roles = ROLE_ADMIN),
    POST("/people/{id}/enable", enable_person, HAS_ROLE, "Unblocks somebody.", .roles = ROLE_ADMIN),
    POST("/people/{id}/roles", give_role, HAS_ROLE, "Gives a role.", .roles = ROLE_ADMIN, .takes = &grant_form),
    POST("/people/{id}/roles/take", take_role, HAS_ROLE, "Takes a role back.", .roles = ROLE_ADMIN,
         .takes = &grant_form),
    POST("/people/{id}/slip", print_slip, HAS_ROLE, "A one-time sign-in slip to print.", .roles = ROLE_ADMIN),
    GET("/invitations", show_invitations, HAS_ROLE, "Invitations that are open.", .roles = ROLE_ADMIN),
    POST("/invitations", make_invitation, HAS_ROLE, "Makes one, shown once.", .roles = ROLE_ADMIN,
         .takes = &invitation_form),
    POST("/invitations/{id}/end", end_invitation, HAS_ROLE, "Takes one back.", .roles = ROLE_ADMIN),

    GET("/orgs", show_orgs, ANYONE, "Farms and places of the co-operative."),
    GET("/orgs/new", show_org_new, HAS_ROLE, "Adding one.", .roles = ROLE_ADMIN),
    POST("/orgs", add_org, HAS_ROLE, "Adds a farm or a place.", .roles = ROLE_ADMIN, .takes = &org_new_form),
    GET("/orgs/{slug}", show_org, ANYONE, "One farm or place with its story."),
    GET("/orgs/{slug}/edit", show_org_edit, HAS_ROLE, "Its story, to change.", .roles = ROLE_ADMIN | ROLE_SELLER),
    POST("/orgs/{slug}/edit", change_org, HAS_ROLE, "Changes it.", .roles = ROLE_ADMIN | ROLE_SELLER,
         .takes = &org_form),
    GET("/village", show_village, HAS_ROLE, "The settings of the co-operative.", .roles = ROLE_ADMIN),
    POST("/village", change_village, HAS_ROLE, "Changes them.", .roles = ROLE_ADMIN, .takes = &village_form),

    GET("/api/v1/me", show_me_json, SIGNED_IN, "Who is asking, with which roles.", .gives = &me_shape),
};

static const Job jobs[] = {
    {.name = "identity.erase",
     .every_ms = HOUR_MS,
     .run = identity_erase_due,
     .about = N_("Erases people whose days to change their mind are over.")},
    {.name = "identity.sweep",
     .every_ms = HOUR_MS,
     .run = identity_sweep,
     .about = N_("Removes sessions, slips and notes that are over.")},
    {0},
};

static const Check checks[] = {
    {.name = "identity.people", .run = check_people},
    {.name = "identity.grants", .run = check_grants},
    {.name = "identity.admin", .run = check_admin},
    {.name = "identity.erased", .run = check_erased},
    {0},
};

static const Place places[] = {
    {.path = "/me", .label = N_("Me"), .icon = "me", .order = 90, .main = true},
    {.path = "/today", .label = N_("Today"), .icon = "today", .order = 5, .roles = ~(unsigned)ROLE_MEMBER},
    {.path = "/people", .label = N_("People"), .icon = "people", .order = 70, .roles = ROLE_ADMIN, .kind = PLACE_VILLAGE},
    {.path = "/orgs", .label = N_("Farms and places"), .icon = "sprout", .order = 75, .roles = ROLE_ADMIN, .kind = PLACE_VILLAGE},
    {0},
};

const Module identity_module =
    MODULE("identity", routes, .errors = identity_errors, .jobs = jobs, .checks = checks, .places = places,
           .start = start_announce, .authenticate = identity_authenticate, .today = identity_today_items,
           .erase_person = person_forget, .export_person = identity_export_person);
