/*
 * Calendar and clock text, in UTC and the proleptic Gregorian calendar. Nothing here reads a
 * clock: the time of day is an argument wherever it matters.
 *
 * A moment is an int64_t of seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
 */
#ifndef OWNCARD_CORE_DATE_H
#define OWNCARD_CORE_DATE_H

#include "core/bytes.h"

enum { DATE_DAY_S = 86400, DATE_HOUR_S = 3600 };

enum {
    DATE_TEXT_N = sizeof "2026-01-31",              /* with the final NUL */
    DATE_TIME_TEXT_N = sizeof "2026-01-31T12:00:00Z",
};

/**
 * Read an RFC 3339 date-time, years 0001 to 9999. A fraction is dropped and an offset applied,
 * since both are seen in the field; a leap second (…:60) is refused.
 *
 * @return false, and *seconds untouched, when `text` is anything else.
 */
bool date_time_read(struct bytes text, int64_t *seconds);

/** Write `seconds` as YYYY-MM-DDThh:mm:ssZ; false when the year is not 1 to 9999. */
bool date_time_write(int64_t seconds, char out[DATE_TIME_TEXT_N]);

/** Read an RFC 3339 full-date, as the moment it begins. */
bool date_read(struct bytes text, int64_t *seconds);

/** Write the day that holds `seconds` as YYYY-MM-DD. */
bool date_write(int64_t seconds, char out[DATE_TEXT_N]);

/** Year, month (1-12) and day (1-31) of the day that holds `seconds`. */
struct date {
    int year, month, day;
};
struct date date_of(int64_t seconds);

/** The moment the given day begins. The date must exist. */
int64_t date_start(struct date d);

/** Full years lived on the day of `now` by someone born on the day of `born`. Someone born on
 *  29 February turns a year older on 1 March of a common year. */
int date_age(int64_t born, int64_t now);

/** `seconds` rounded down to a multiple of `unit_s`, below 1970 too. */
int64_t date_floor(int64_t seconds, int64_t unit_s);

#endif
