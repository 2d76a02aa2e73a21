/* Classical decomposition and the test for a season. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Seasonal indices by classical decomposition (centred moving average): profile[i] for times i, i + m, ...;
   normalised to sum 0, or to m when multiplicative. n >= 2 m. */
void season_profile(const double *y, size_t n, size_t m, bool multiplicative, double *profile);
/* The autocorrelation test of the theta method (Fiorucci et al. 2016): |r_m| beyond critical standard errors. */
bool season_present(const double *y, size_t n, size_t m, double critical);
/* Pulls a profile towards no season by the James-Stein weight of Miller and Williams (2003): the noisier the indices
   against their spread, the more. */
void season_shrink(const double *y, size_t n, size_t m, bool multiplicative, double *profile);
