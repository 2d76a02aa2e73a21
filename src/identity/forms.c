/* The shapes of identity's forms: labels, help, limits. */
#include "identity/forms.h"

#define LABEL_WHO N_("Name, phone or e-mail")
#define HELP_PASSWORD N_("At least 8 characters. Three or four words that only you would put together are good.")
#define LANGS "en|zh-CN"

#define HIDDEN_BACK(Type) FIELD(Type, back, FIELD_STR, .max = 1000, .input = "hidden")

static const Field sign_in_fields[] = {
    FIELD(SignInForm, name, FIELD_STR, .required = true, .max = 240, .label = LABEL_WHO, .complete = "username",
          .help = N_("Several of you share a phone or an e-mail? Then use your name.")),
    FIELD(SignInForm, password, FIELD_STR, .required = true, .max = 1024, .label = N_("Password"), .input = "password",
          .complete = "current-password"),
    HIDDEN_BACK(SignInForm),
};
const Shape sign_in_form = SHAPE(SignInForm, "SignIn", sign_in_fields);

static const Field code_fields[] = {
    FIELD(CodeForm, name, FIELD_STR, .required = true, .max = 240, .label = LABEL_WHO, .complete = "username"),
    FIELD(CodeForm, code, FIELD_STR, .required = true, .max = 60, .label = N_("One recovery code from your sheet"),
          .help = N_("Twelve letters and digits. Each code works once."), .complete = "off"),
};
const Shape code_form = SHAPE(CodeForm, "RecoveryCode", code_fields);

static const Field slip_fields[] = {
    FIELD(CodeForm, name, FIELD_STR, .required = true, .max = 240, .label = LABEL_WHO, .complete = "username"),
    FIELD(CodeForm, code, FIELD_STR, .required = true, .max = 60, .label = N_("The twelve digits of your slip"),
          .complete = "off"),
};
const Shape slip_form = SHAPE(CodeForm, "SlipDigits", slip_fields);

static const Field confirm_fields[] = {
    FIELD(ConfirmForm, password, FIELD_STR, .required = true, .max = 1024, .label = N_("Your password"),
          .input = "password", .complete = "current-password"),
    HIDDEN_BACK(ConfirmForm),
};
const Shape confirm_form = SHAPE(ConfirmForm, "Confirm", confirm_fields);

#define START_FIELDS                                                                                                  \
    FIELD(StartForm, village, FIELD_STR, .required = true, .max = 120, .label = N_("Name of the co-operative"),       \
          .complete = "organization"),                                                                                \
        FIELD(StartForm, place, FIELD_STR, .max = 120, .label = N_("Village or town"), .complete = "address-level2"), \
        FIELD(StartForm, lang, FIELD_STR, .required = true, .one_of = "en|zh-CN", .label = N_("Language")),           \
        FIELD(StartForm, currency, FIELD_STR, .required = true, .max = 3, .label = N_("Currency"),                    \
              .help = N_("It cannot be changed later.")),                                                             \
        FIELD(StartForm, zone, FIELD_STR, .required = true, .max = 60, .label = N_("Time zone")),                     \
        FIELD(StartForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Your name"), .complete = "name", \
              .help = N_("You will be the first administrator, and sign in with this name.")),                        \
        FIELD(StartForm, phone, FIELD_STR, .max = 40, .label = N_("Phone"), .input = "tel", .complete = "tel"),       \
        FIELD(StartForm, email, FIELD_STR, .max = 200, .label = N_("E-mail"), .input = "email", .complete = "email"), \
        FIELD(StartForm, password, FIELD_STR, .required = true, .max = 1024, .label = N_("Password"),                 \
              .input = "password", .complete = "new-password", .help = HELP_PASSWORD)

static const Field start_fields[] = {START_FIELDS};
const Shape start_form = SHAPE(StartForm, "Start", start_fields);

static const Field start_code_fields[] = {
    FIELD(StartForm, code, FIELD_STR, .required = true, .max = 40, .label = N_("Setup code"), .complete = "off",
          .help =
              N_("Eight digits, shown in the window where Millet was started. They prove that this is your server.")),
    START_FIELDS,
};
const Shape start_code_form = SHAPE(StartForm, "StartWithCode", start_code_fields);

#define JOIN_FIELDS                                                                                               \
    FIELD(JoinForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Your name"), .complete = "name"), \
        FIELD(JoinForm, sign_name, FIELD_STR, .max = 120, .label = N_("Sign-in name (optional)"),                 \
              .complete = "username", .help = N_("What you type to sign in. Leave it empty to use your name.")),  \
        FIELD(JoinForm, phone, FIELD_STR, .max = 40, .label = N_("Phone"), .input = "tel", .complete = "tel",     \
              .help = N_("Only those who hand over or deliver your goods see it.")),                              \
        FIELD(JoinForm, email, FIELD_STR, .max = 200, .label = N_("E-mail (optional)"), .input = "email",         \
              .complete = "email"),                                                                               \
        FIELD(JoinForm, password, FIELD_STR, .required = true, .max = 1024, .label = N_("Password"),              \
              .input = "password", .complete = "new-password", .help = HELP_PASSWORD)

static const Field join_fields[] = {
    JOIN_FIELDS,
    FIELD(JoinForm, request, FIELD_STR, .max = 600, .label = N_("Who are you? (optional)"), .input = "textarea",
          .help = N_("A sentence that lets the co-operative recognise you: your house, your farm, who knows you.")),
};
const Shape join_form = SHAPE(JoinForm, "Join", join_fields);
static const Field invited_fields[] = {JOIN_FIELDS};
const Shape invited_form = SHAPE(JoinForm, "JoinInvited", invited_fields);

static const Field profile_fields[] = {
    FIELD(ProfileForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Your name"), .complete = "name"),
    FIELD(ProfileForm, sign_name, FIELD_STR, .max = 120, .label = N_("Sign-in name"), .complete = "username",
          .help = N_("What you type to sign in. Leave it empty to use your name.")),
    FIELD(ProfileForm, phone, FIELD_STR, .max = 40, .label = N_("Phone"), .input = "tel", .complete = "tel",
          .help = N_("Only those who hand over or deliver your goods see it.")),
    FIELD(ProfileForm, email, FIELD_STR, .max = 200, .label = N_("E-mail"), .input = "email", .complete = "email"),
    FIELD(ProfileForm, lang, FIELD_STR, .one_of = LANGS, .label = N_("Language")),
};
const Shape profile_form = SHAPE(ProfileForm, "Profile", profile_fields);

static const Field password_fields[] = {
    FIELD(PasswordForm, old, FIELD_STR, .required = true, .max = 1024, .label = N_("Your password until now"),
          .input = "password", .complete = "current-password"),
    FIELD(PasswordForm, password, FIELD_STR, .required = true, .max = 1024, .label = N_("New password"),
          .input = "password", .complete = "new-password", .help = HELP_PASSWORD),
};
const Shape password_form = SHAPE(PasswordForm, "PasswordChange", password_fields);
const Shape password_new_form = {
    .name = "PasswordNew", .fields = password_fields + 1, .len = 1, .size = sizeof(PasswordForm)};

static const Field token_fields[] = {
    FIELD(TokenForm, name, FIELD_STR, .required = true, .max = 80, .label = N_("What is it for?")),
    FIELD(TokenForm, scopes, FIELD_STRS, .max = 40, .label = N_("What may it do?")),
    FIELD(TokenForm, days, FIELD_INT, .max = 3650, .label = N_("Days until it ends"),
          .help = N_("0: until you take it back.")),
};
const Shape token_form = SHAPE(TokenForm, "TokenNew", token_fields);

static const Field household_fields[] = {
    FIELD(HouseholdForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name of the household"),
          .help = N_("Such as: Family Li, House 12.")),
};
const Shape household_form = SHAPE(HouseholdForm, "Household", household_fields);

static const Field grant_fields[] = {
    FIELD(GrantForm, org, FIELD_ID, .required = true, .label = N_("Where")),
    FIELD(GrantForm, role, FIELD_STR, .required = true, .max = 40, .label = N_("Role")),
};
const Shape grant_form = SHAPE(GrantForm, "Grant", grant_fields);

static const Field person_fields[] = {
    FIELD(PersonForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name"), .complete = "off"),
    FIELD(PersonForm, phone, FIELD_STR, .max = 40, .label = N_("Phone"), .input = "tel", .complete = "off"),
    FIELD(PersonForm, lang, FIELD_STR, .one_of = LANGS, .label = N_("Language")),
};
const Shape person_form = SHAPE(PersonForm, "PersonNew", person_fields);

static const Field invitation_fields[] = {
    FIELD(InvitationForm, org, FIELD_ID, .required = true, .label = N_("Where")),
    FIELD(InvitationForm, role, FIELD_STR, .required = true, .max = 40, .label = N_("Role")),
    FIELD(InvitationForm, note, FIELD_STR, .max = 120, .label = N_("For whom? (only staff see this)")),
    FIELD(InvitationForm, uses, FIELD_INT, .required = true, .min = 1, .max = 500,
          .label = N_("How many people may use it")),
    FIELD(InvitationForm, days, FIELD_INT, .required = true, .min = 1, .max = 365, .label = N_("Days until it ends")),
};
const Shape invitation_form = SHAPE(InvitationForm, "InvitationNew", invitation_fields);

static const char *const kind_labels[] = {N_("Farm"), N_("Hub"), N_("Shop"), N_("Office"), N_("Co-operative")};
static const char *const joining_labels[] = {N_("Anybody may ask; an administrator decides"), N_("Anybody, at once"),
                                             N_("Only with an invitation")};

#define ORG_FIELDS                                                                                                  \
    FIELD(OrgForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name"), .complete = "organization"), \
        FIELD(OrgForm, place, FIELD_STR, .max = 120, .label = N_("Village or street")),                             \
        FIELD(OrgForm, story, FIELD_STR, .max = 8000, .label = N_("Story"), .input = "textarea",                    \
              .help = N_("Who you are, how you work, what you are proud of. Buyers read it beside your goods."))

static const Field org_fields[] = {
    ORG_FIELDS,
    FIELD(OrgForm, closed, FIELD_BOOL, .label = N_("Closed: takes no new business")),
};
const Shape org_form = SHAPE(OrgForm, "Org", org_fields);
static const Field org_new_fields[] = {
    FIELD(OrgForm, kind, FIELD_STR, .required = true, .one_of = "farm|hub|shop|office|cooperative",
          .one_of_labels = kind_labels, .label = N_("Kind")),
    ORG_FIELDS,
};
const Shape org_new_form = SHAPE(OrgForm, "OrgNew", org_new_fields);

static const Field people_fields[] = {
    FIELD(PeopleQuery, search, FIELD_STR, .max = 120),
    FIELD(PeopleQuery, show, FIELD_STR, .max = 40),
    FIELD(PeopleQuery, before, FIELD_ID),
};
const Shape people_query = SHAPE(PeopleQuery, "PeopleQuery", people_fields);

static const Field back_fields[] = {
    FIELD(BackQuery, back, FIELD_STR, .max = 1000),
    FIELD(BackQuery, code, FIELD_STR, .max = 60),
};
const Shape back_query = SHAPE(BackQuery, "BackQuery", back_fields);

static const Field village_fields[] = {
    FIELD(VillageForm, name, FIELD_STR, .required = true, .max = 120, .label = N_("Name of the co-operative")),
    FIELD(VillageForm, place, FIELD_STR, .max = 120, .label = N_("Village or town")),
    FIELD(VillageForm, lang, FIELD_STR, .required = true, .one_of = "en|zh-CN", .label = N_("Language")),
    FIELD(VillageForm, zone, FIELD_STR, .required = true, .max = 60, .label = N_("Time zone")),
    FIELD(VillageForm, joining, FIELD_STR, .required = true, .one_of = "request|open|invitation",
          .one_of_labels = joining_labels, .input = "choices", .label = N_("Who may join?")),
};
const Shape village_form = SHAPE(VillageForm, "Village", village_fields);
