/* What people type into identity's forms. */
#pragma once
#include "base/base.h"

typedef struct SignInForm {
    Str name, password, back;
} SignInForm;
extern const Shape sign_in_form;

typedef struct CodeForm { /* a recovery code, or a slip's digits */
    Str name, code;
} CodeForm;
extern const Shape code_form, slip_form;

typedef struct ConfirmForm {
    Str password, back;
} ConfirmForm;
extern const Shape confirm_form;

typedef struct StartForm {
    Str village, place, lang, currency, zone;
    Str name, phone, email, password;
    Str code;
} StartForm;
extern const Shape start_form, start_code_form; /* the second asks for the setup code too */

typedef struct JoinForm {
    Str name, sign_name, phone, email, password, request;
} JoinForm;
extern const Shape join_form, invited_form;

typedef struct ProfileForm {
    Str name, sign_name, phone, email, lang;
} ProfileForm;
extern const Shape profile_form;

typedef struct PasswordForm {
    Str old, password;
} PasswordForm;
extern const Shape password_form, password_new_form; /* the second needs no old one */

typedef struct TokenForm {
    Str name;
    StrList scopes;
    int64_t days;
} TokenForm;
extern const Shape token_form;

typedef struct HouseholdForm {
    Str name;
} HouseholdForm;
extern const Shape household_form;

typedef struct GrantForm {
    Id org;
    Str role;
} GrantForm;
extern const Shape grant_form;

typedef struct PersonForm { /* staff add somebody who stands at the counter */
    Str name, phone, lang;
} PersonForm;
extern const Shape person_form;

typedef struct InvitationForm {
    Id org;
    Str role, note;
    int64_t uses, days;
} InvitationForm;
extern const Shape invitation_form;

typedef struct OrgForm {
    Str kind, name, place, story;
    bool closed;
} OrgForm;
extern const Shape org_form, org_new_form;

typedef struct PeopleQuery {
    Str search, show;
    Id before;
} PeopleQuery;
extern const Shape people_query;

typedef struct BackQuery {
    Str back, code;
} BackQuery;
extern const Shape back_query;

typedef struct VillageForm {
    Str name, place, lang, zone, joining;
} VillageForm;
extern const Shape village_form;
