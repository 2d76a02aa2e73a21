/* What the writers of VROOM's JSON share. */
#pragma once
#include "base/json.h"
#include "solve/route_io/route_io.h"

void json_add_geometry(Buf *out, const RouteJson *json, const RouteLine *round);
