/* The whole journal as plain text for hledger, Ledger and Beancount: whoever leaves takes every line along, and three programs
   that know nothing of Millet can add it up. */
#pragma once
#include "ledger/inside.h"
