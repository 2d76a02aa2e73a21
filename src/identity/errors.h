/* Inside identity. */
#pragma once
#include "core/module.h"

extern const ErrText identity_errors[];
