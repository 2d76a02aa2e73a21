/* The serving process asks the child that fits models. */
#pragma once
#include "core/core.h"
#include "insight/wire.h"

/* type: ASK_SALES or ASK_GOODS. Code: insight.child, with what happened to it in the detail. */
Err *insight_ask(Arena *arena, uint32_t type, Str question, MessageList *answer);
