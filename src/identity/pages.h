/* What identity's pages show. */
#pragma once
#include "identity/forms.h"
#include "identity/queries.h"
#include "web/pages.h"
#include "web/web.h"

typedef struct SignInView {
    const SignInForm *form;
    bool away;     /* was sent here from another page */
    bool may_join; /* asking to join is possible */
    Str village;
} SignInView;

typedef struct CodeView {
    const CodeForm *form;
} CodeView;

typedef struct SlipView {
    Str name, path;
} SlipView;

typedef struct ConfirmView {
    const ConfirmForm *form;
    Str name;
} ConfirmView;

typedef struct StartView {
    const StartForm *form;
    bool needs_code;
    FieldView lang, currency, zone;
} StartView;

typedef struct JoinView {
    const JoinForm *form;
    bool invited, open;
    Str path, org_name, role, village;
    bool into_household, signed_in;
} JoinView;

typedef struct RoleLine { /* "Seller, packer at Hill Farm" */
    Str org_name, roles, org_path;
} RoleLine;
typedef struct RoleLineList {
    RoleLine *at;
    size_t len;
} RoleLineList;

typedef struct MeView {
    Str name, phone, email, sign_name, state;
    Time leave_at;
    RoleLineList roles;
    Str household;
    int64_t devices, codes_left, tokens;
    bool codes_missing, staff, admin, has_password;
    bool waiting, leaving, disabled;
} MeView;

typedef struct ProfileView {
    const ProfileForm *form;
    FieldView lang;
} ProfileView;

typedef struct PasswordView {
    const PasswordForm *form;
    bool first; /* no old one is asked for */
} PasswordView;

typedef struct DeviceLine {
    Str device;
    Id id;
    Date since, seen;
    bool today, here;
} DeviceLine;
typedef struct DeviceLineList {
    DeviceLine *at;
    size_t len;
} DeviceLineList;
typedef struct DevicesView {
    DeviceLineList devices;
    bool others;
} DevicesView;

typedef struct CodesView {
    StrList codes; /* shown once, just after they were made */
    int64_t left;
    Str name, village;
    Date today;
} CodesView;

typedef struct TokensView {
    ApiTokenList tokens;
    Str fresh; /* shown once */
    const TokenForm *form;
    FieldView scopes;
} TokensView;

typedef struct HouseholdView {
    bool has;
    Str name;
    PersonNameList people;
    const HouseholdForm *form;
    Str link; /* of an invitation made just now */
    Html qr;
    Date until;
} HouseholdView;

typedef struct DataView {
    Str name;
    bool leaving;
    Time leave_at;
    int64_t days;
} DataView;

typedef struct PersonLine {
    Id id;
    Str name, phone, roles, state, note;
    Date since;
} PersonLine;
typedef struct PersonLineList {
    PersonLine *at;
    size_t len;
} PersonLineList;

typedef struct PeopleView {
    Str search, show;
    PersonLineList waiting, people;
    Str next; /* address of the next twenty, or empty */
    OptionViewList shows;
    bool searched;
} PeopleView;

typedef struct PersonRole {
    Id org;
    Str org_name, role, label;
    Date since;
} PersonRole;
typedef struct PersonRoleList {
    PersonRole *at;
    size_t len;
} PersonRoleList;

typedef struct PersonView {
    Id id;
    Str name, sign_name, phone, email, state, request, household;
    Date since;
    Time leave_at;
    PersonRoleList roles;
    FieldView org, role;
    bool may_grant;
    bool me, waiting, active, disabled, leaving, has_password;
} PersonView;

typedef struct PersonNewView {
    const PersonForm *form;
    FieldView lang;
} PersonNewView;

typedef struct SlipSheet { /* printed, cut out, handed over */
    Str name, digits, village, address;
    Html qr;
    Time until;
    Id person;
} SlipSheet;

typedef struct InvitationsView {
    InvitationList invitations;
    const InvitationForm *form;
    FieldView org_field, role_field;
    Str link; /* made just now */
    Html qr;
    Str org_name, role, village;
    Date until;
    int64_t uses;
} InvitationsView;

typedef struct OrgLine {
    Str name, place, kind, slug;
    bool open;
} OrgLine;
typedef struct OrgLineList {
    OrgLine *at;
    size_t len;
} OrgLineList;
typedef struct OrgsView {
    OrgLineList orgs;
    bool may_add;
} OrgsView;

typedef struct OrgView {
    Id id;
    Str name, place, kind, slug;
    Html story;
    bool open, may_edit, may_invite;
    RoleLineList people; /* org_name: the person's name */
} OrgView;

typedef struct OrgFormView {
    const OrgForm *form;
    Str action, slug;
    bool fresh;
} OrgFormView;

typedef struct WorkView { /* the places of work of one kind */
    Str title;
    struct {
        TodayItem *at;
        size_t len;
    } places;
} WorkView;

typedef struct TodayView {
    Str name;
    Date today;
    struct {
        TodayItem *at;
        size_t len;
    } items;
    struct {
        WorkView *at;
        size_t len;
    } work;
    bool admin;
} TodayView;

typedef struct VillageView {
    const VillageForm *form;
    Str currency;
    FieldView lang, zone;
} VillageView;
