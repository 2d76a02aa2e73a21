/* The roles there are. */
#include "web/access.h"

const RoleName role_names[] = {
    {ROLE_MEMBER, "member", N_("Member")},          {ROLE_SELLER, "seller", N_("Seller")},
    {ROLE_PACKER, "packer", N_("Packer")},          {ROLE_CASHIER, "cashier", N_("Cashier")},
    {ROLE_DRIVER, "driver", N_("Driver")},          {ROLE_DISPATCHER, "dispatcher", N_("Dispatcher")},
    {ROLE_EDITOR, "editor", N_("Editor")},          {ROLE_COACH, "coach", N_("Coach")},
    {ROLE_MODERATOR, "moderator", N_("Moderator")}, {ROLE_TREASURER, "treasurer", N_("Treasurer")},
    {ROLE_ADMIN, "admin", N_("Administrator")},     {0},
};
