/* Files as answers: conditions and ranges (RFC 9110, sections 13 and 14). */
#pragma once
#include "web/web.h"

/* After the handler, when r->reply->path is set: opens the file, answers If-None-Match and one Range. The descriptor, offset and
   length are left in r->in; it is closed with the request unless file_take took it. ERR_MISSING when it is not there. */
Err *file_open(Req *r);
int file_take(Req *r); /* the descriptor, now the caller's; -1: none */

typedef enum RangeKind { RANGE_ALL, RANGE_PART, RANGE_OUTSIDE } RangeKind;
/* One range of bytes; several, or what cannot be read, mean the whole file. */
RangeKind range_read(Str header, int64_t size, int64_t *from, int64_t *len);
