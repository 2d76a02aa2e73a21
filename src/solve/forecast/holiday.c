/* Dates of moving holidays: facts for 2000 to 2050 (new moons after Meeus, Astronomical Algorithms, chapter 49, in the
   calendar of China; Ramadan in the Umm al-Qura calendar), and Easter by the Gregorian computus. */
#include "solve/forecast/forecast.h"

/* days since 1970-01-01 */
static const int32_t lunar_new_year[] = {
    10992, 11346, 11730, 12084, 12439, 12823, 13177, 13562, 13916, 14270, 14654, 15008,
    15362, 15746, 16101, 16485, 16839, 17194, 17578, 17932, 18286, 18670, 19024, 19379,
    19763, 20117, 20501, 20855, 21209, 21593, 21948, 22302, 22686, 23041, 23425, 23779,
    24133, 24517, 24871, 25225, 25609, 25964, 26319, 26703, 27057, 27441, 27795, 28149,
    28533, 28887, 29242,
};
static const int32_t mid_autumn[] = {
    11212, 11596, 11951, 12306, 12689, 13044, 13427, 13781, 14136, 14520, 14874, 15229,
    15613, 15967, 16321, 16705, 17059, 17443, 17798, 18152, 18536, 18891, 19245, 19629,
    19983, 20367, 20721, 21076, 21460, 21814, 22169, 22553, 22907, 23261, 23645, 23999,
    24383, 24738, 25092, 25476, 25830, 26185, 26568, 26922, 27306, 27661, 28016, 28400,
    28754, 29108, 29492,
};
static const int32_t ramadan_start[] = {
    11288, 11642, 11997, 12351, 12706, 13060, 13415, 13769, 14123, 14478, 14832, 15187,
    15541, 15895, 16249, 16604, 16958, 17313, 17667, 18022, 18376, 18730, 19084, 19439,
    19793, 20148, 20502, 20857, 21211, 21565, 21919, 22274, 22629, 22983, 23337, 23691,
    24045, 24400, 24754, 25109, 25463, 25818, 26172, 26526, 26880, 27235, 27590, 27944,
    28299, 28653, 29007, 29361,
};

#define LEN(table) ((int)(sizeof(table) / sizeof *(table)))

bool holiday_lunar_new_year(int year, Date *day)
{
    if (year < 2000 || year - 2000 >= LEN(lunar_new_year))
        return false;
    *day = (Date){lunar_new_year[year - 2000]};
    return true;
}

bool holiday_mid_autumn(int year, Date *day)
{
    if (year < 2000 || year - 2000 >= LEN(mid_autumn))
        return false;
    *day = (Date){mid_autumn[year - 2000]};
    return true;
}

bool holiday_ramadan_start(int index_from_2000, Date *day)
{
    if (index_from_2000 < 0 || index_from_2000 >= LEN(ramadan_start))
        return false;
    *day = (Date){ramadan_start[index_from_2000]};
    return true;
}

Date holiday_easter(int year)
{
    int century = year / 100, golden = year % 19;
    int epact = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    int moon = epact - epact / 28 * (1 - epact / 28 * (29 / (epact + 1)) * ((21 - golden) / 11));
    int sunday = (year + year / 4 + moon + 2 - century + century / 4) % 7;
    int offset = moon - sunday, month = 3 + (offset + 40) / 44;
    return date_of(year, month, offset + 28 - 31 * (month / 4));
}
