/* The log besides log_line (core.h). */
#pragma once
#include "base/base.h"

/* The lines of this thread carry request=number from here on; 0: none. */
void log_request(int64_t number);
/* One line with code, field and detail; the arguments of an error are for people and stay out. */
void log_error(const char *event, const Err *err);
