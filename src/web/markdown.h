/* Markdown written by people, as HTML that can do no harm. Only markdown.c knows libcmark. */
#pragma once
#include "web/web.h"

enum { MARKDOWN_BYTES_MAX = 256 * 1024 };

/* CommonMark without raw HTML and without addresses that run something (javascript:, data:). Headings begin at level 3,
   below the page's own. Pictures of other hosts become links: no page of ours asks another host for anything. */
Html markdown(Arena *arena, Str text);
