/* The words everyone may use. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/id.h"
#include "base/money.h"
#include "base/quantity.h"
#include "base/shape.h"
#include "base/str.h"
#include "base/time.h"
