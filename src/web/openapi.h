/* The description of the API, made from route tables and Shapes. */
#pragma once
#include "base/str.h"

/* OpenAPI 3.1 as JSON; made once, kept for the life of the program. */
Str openapi_text(void);
