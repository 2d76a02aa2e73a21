/* Who may do what: roles are granted per organisation; a route names the roles that may enter at all. */
#pragma once
#include "base/base.h"

typedef enum Role {
    ROLE_MEMBER = 1 << 0,
    ROLE_SELLER = 1 << 1,
    ROLE_PACKER = 1 << 2,
    ROLE_CASHIER = 1 << 3,
    ROLE_EDITOR = 1 << 4,
    ROLE_MODERATOR = 1 << 5,
    ROLE_ADMIN = 1 << 6,
    ROLE_TREASURER = 1 << 7,
    ROLE_COACH = 1 << 8,
    ROLE_DISPATCHER = 1 << 9,
    ROLE_DRIVER = 1 << 10,
} Role;

typedef struct RoleName {
    Role role;
    const char *name;  /* "seller": as stored and typed */
    const char *label; /* N_("Seller") */
} RoleName;
extern const RoleName role_names[]; /* ends with an empty row */

typedef struct Grant {
    Id org;
    unsigned roles; /* bits */
} Grant;

typedef struct GrantList {
    Grant *at;
    size_t len;
} GrantList;
