/* Forecasts of many series: an ensemble of exponential smoothing, theta and complex smoothing for regular demand,
   intermittent-demand methods for the rest, intervals by conformal prediction, effects of holidays, prices and empty
   shelves, and sums that fit together over a hierarchy. No database, no files; the same numbers on every run. */
#pragma once
#include "base/base.h"

enum {
    FORECAST_SEASONS_MAX = 3,
    FORECAST_LEVELS_MAX = 4,
    FORECAST_N_MAX = 100000,
    FORECAST_HORIZON_MAX = 2000,
    FORECAST_PERIOD_MAX = 2000,
    FORECAST_EVENTS_MAX = 12,
};

typedef enum DemandKind { /* Syntetos, Boylan, Croston (2005): ADI 1.32 and CV2 0.49 */
    DEMAND_SMOOTH = 1,
    DEMAND_ERRATIC,
    DEMAND_INTERMITTENT,
    DEMAND_LUMPY,
    DEMAND_CONSTANT,
    DEMAND_SHORT, /* fewer than 8 values */
    DEMAND_NONE,  /* no value at all */
} DemandKind;
const char *demand_kind_name(DemandKind kind);

typedef struct ForecastSeries {
    Str id;
    const double *y;     /* NaN: missing */
    const double *price; /* NaN: unknown; NULL: no prices */
    const bool *in_stock;/* false: the shelf was empty, demand is censored; NULL: always there */
    size_t n;
    bool dated;          /* first and step are days; else the time is a plain number */
    int64_t first, step; /* time of y[0] and between values; monthly data: see months */
    double miss[FORECAST_LEVELS_MAX]; /* share of misses to aim at per level, adapted online by forecast_adapt; 0: 1 - level */
    int months;          /* 1 monthly, 3 quarterly, 12 yearly: step counts months of the calendar instead of days */
} ForecastSeries;

typedef struct EventDay { /* one occurrence of a named local event: market day, fair */
    Str name;
    Date day;
} EventDay;

typedef struct ForecastOptions {
    size_t periods[FORECAST_SEASONS_MAX]; /* 12; or 7 and 365: shortest first */
    size_t periods_len;
    size_t horizon;
    double levels[FORECAST_LEVELS_MAX];   /* 0.8, 0.95 */
    size_t levels_len;
    bool holidays;             /* learn lunar new year, mid-autumn, Ramadan, Easter from dated daily or weekly series */
    const EventDay *events;    /* past and future occurrences */
    size_t events_len;
    bool validate;             /* fill mase, mae and the naive ones even without levels */
    bool arima;                /* adds ARIMA to short seasons too: much slower, little gain */
    int threads;               /* 0: one; results do not depend on it */
} ForecastOptions;

typedef struct ForecastResult {
    double *mean;                                                 /* horizon values, always numbers */
    double *low[FORECAST_LEVELS_MAX], *high[FORECAST_LEVELS_MAX]; /* NaN where the data cannot support an interval */
    double chance;       /* P(any demand) per period for intermittent series, else 1 */
    DemandKind kind;
    Str models;          /* "ETS(A,N,A) 0.61 + ...; DOTM a=0.32 theta=2.0; CES" */
    double mase;         /* of the last held-out horizon; NaN when too short */
    double mae, naive_mae; /* mean absolute errors behind mase and naive_mase, in units of y */
    double naive_mase;   /* of the (seasonal) naive forecast on the same points */
    double scale;        /* mean absolute (seasonal) difference: the unit of mase */
    Str note;            /* why an interval is empty, what was masked or filled; may be empty */
    double *fitted_errors; /* n values: in-sample one-step errors for reconciliation; NaN where none */
} ForecastResult;

/* results: len rows. Codes: forecast.options (bad horizon, period or level), with args. */
Err *forecast_run(Arena *arena, const ForecastSeries *series, size_t len, const ForecastOptions *options,
                  ForecastResult *results);

/* Online correction of one interval's aim after seeing whether the truth fell outside (Gibbs and Candes 2021, step
   0.05): store it with the series and give it back in miss[]. */
double forecast_adapt(double miss, double level, bool missed);

/* ---- sums that fit: reconciliation over a hierarchy ---- */
typedef struct Hierarchy {
    const int64_t *parent; /* index of the parent series, -1 for a top; parents are sums of their children */
    size_t len;
} Hierarchy;
/* Children first: replaces every parent's mean by the sum of its children ("bottom up"). Intervals of parents are moved
   with their mean. Code: forecast.hierarchy (a loop, an index out of range). */
Err *reconcile_bottom_up(Arena *arena, const Hierarchy *hierarchy, size_t horizon, ForecastResult *results);
/* MinT (Wickramasuriya, Athanasopoulos, Hyndman 2019) with the shrunk covariance of Schaefer and Strimmer (2005) of the
   in-sample errors, which must be aligned at their ends. Needs results' fitted_errors of at least errors_len values;
   falls back to bottom up (and returns *used = false) when they are missing. */
Err *reconcile_mint(Arena *arena, const Hierarchy *hierarchy, const size_t *n, size_t errors_len, size_t horizon,
                    ForecastResult *results, bool *used);

/* ---- pieces, for tests and for people who want just one ---- */
DemandKind demand_classify(const double *y, size_t n, double *adi, double *cv2);

/* One series without gaps to one point forecast. models and errors may be NULL. */
void ensemble_forecast(Arena *arena, const double *y, size_t n, const ForecastOptions *options, double *out,
                       Str *models, double *fitted_errors);

/* Calendar facts: 2000 to 2050 for the lunar ones. False outside. */
bool holiday_lunar_new_year(int year, Date *day);
bool holiday_mid_autumn(int year, Date *day);
bool holiday_ramadan_start(int index_from_2000, Date *day); /* Umm al-Qura; 52 of them */
Date holiday_easter(int year);                              /* Gregorian */
