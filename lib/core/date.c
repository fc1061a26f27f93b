#include "core/date.h"

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int64_t days_before_year(int year)
{
    int64_t y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400;
}

static const int64_t DAYS_BEFORE_1970 = 719162;

int64_t date_start(struct date d)
{
    int64_t days = days_before_year(d.year) - DAYS_BEFORE_1970 + d.day - 1;

    for (int month = 1; month < d.month; month++)
        days += days_in_month(d.year, month);
    return days * DATE_DAY_S;
}

int64_t date_floor(int64_t seconds, int64_t unit_s)
{
    int64_t rest = seconds % unit_s;

    return seconds - (rest < 0 ? rest + unit_s : rest);
}

struct date date_of(int64_t seconds)
{
    int64_t days = date_floor(seconds, DATE_DAY_S) / DATE_DAY_S + DAYS_BEFORE_1970;
    struct date d = { .month = 1 };

    /* An estimate by the mean year is at most one off. */
    d.year = (int)(days * 400 / 146097) + 1;
    while (days_before_year(d.year) > days)
        d.year--;
    while (days_before_year(d.year + 1) <= days)
        d.year++;
    days -= days_before_year(d.year);
    while (days >= days_in_month(d.year, d.month)) {
        days -= days_in_month(d.year, d.month);
        d.month++;
    }
    d.day = (int)days + 1;
    return d;
}

/* `n` decimal digits at *at; -1 when they are not all there. */
static int digits(struct bytes text, size_t *at, int n)
{
    int value = 0;

    for (; n > 0; n--, (*at)++) {
        if (*at >= text.n || text.p[*at] < '0' || text.p[*at] > '9')
            return -1;
        value = value * 10 + (text.p[*at] - '0');
    }
    return value;
}

static bool literal(struct bytes text, size_t *at, char c)
{
    if (*at >= text.n || text.p[*at] != (uint8_t)c)
        return false;
    (*at)++;
    return true;
}

static bool read_day(struct bytes text, size_t *at, int64_t *seconds)
{
    struct date d;

    d.year = digits(text, at, 4);
    if (d.year < 1 || !literal(text, at, '-'))
        return false;
    d.month = digits(text, at, 2);
    if (d.month < 1 || d.month > 12 || !literal(text, at, '-'))
        return false;
    d.day = digits(text, at, 2);
    if (d.day < 1 || d.day > days_in_month(d.year, d.month))
        return false;
    *seconds = date_start(d);
    return true;
}

/* "Z", "+hh:mm" or "-hh:mm". */
static bool read_offset(struct bytes text, size_t *at, int64_t *offset_s)
{
    int sign, hours, minutes;

    *offset_s = 0;
    if (literal(text, at, 'Z') || literal(text, at, 'z'))
        return true;
    if (literal(text, at, '+'))
        sign = 1;
    else if (literal(text, at, '-'))
        sign = -1;
    else
        return false;
    hours = digits(text, at, 2);
    if (hours < 0 || hours > 23 || !literal(text, at, ':'))
        return false;
    minutes = digits(text, at, 2);
    if (minutes < 0 || minutes > 59)
        return false;
    *offset_s = sign * ((int64_t)hours * DATE_HOUR_S + (int64_t)minutes * 60);
    return true;
}

bool date_time_read(struct bytes text, int64_t *seconds)
{
    int64_t moment, offset_s;
    int hour, minute, second;
    size_t at = 0;

    if (!read_day(text, &at, &moment) || !(literal(text, &at, 'T') || literal(text, &at, 't')))
        return false;
    hour = digits(text, &at, 2);
    if (hour < 0 || hour > 23 || !literal(text, &at, ':'))
        return false;
    minute = digits(text, &at, 2);
    if (minute < 0 || minute > 59 || !literal(text, &at, ':'))
        return false;
    second = digits(text, &at, 2);
    if (second < 0 || second > 59)
        return false;
    if (literal(text, &at, '.')) {
        if (digits(text, &at, 1) < 0)
            return false;
        while (digits(text, &at, 1) >= 0)
            continue;
    }
    if (!read_offset(text, &at, &offset_s) || at != text.n)
        return false;
    *seconds = moment + (int64_t)hour * DATE_HOUR_S + (int64_t)minute * 60 + second - offset_s;
    return true;
}

bool date_read(struct bytes text, int64_t *seconds)
{
    int64_t moment;
    size_t at = 0;

    if (!read_day(text, &at, &moment) || at != text.n)
        return false;
    *seconds = moment;
    return true;
}

static bool in_range(int64_t seconds)
{
    static const int64_t end = INT64_C(253402300800);   /* 10000-01-01 */

    return seconds >= -DAYS_BEFORE_1970 * DATE_DAY_S && seconds < end;
}

/* A letter or dash, then `n` decimal digits; what follows. Cards hold three times each, and
 * printf is slow. */
static char *put(char *out, const char *before, unsigned value, int n)
{
    while (*before != '\0')
        *out++ = *before++;
    for (int i = n - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
    return out + n;
}

bool date_write(int64_t seconds, char out[DATE_TEXT_N])
{
    struct date d;

    if (!in_range(seconds))
        return false;
    d = date_of(seconds);
    out = put(out, "", (unsigned)d.year, 4);
    out = put(out, "-", (unsigned)d.month, 2);
    out = put(out, "-", (unsigned)d.day, 2);
    *out = '\0';
    return true;
}

bool date_time_write(int64_t seconds, char out[DATE_TIME_TEXT_N])
{
    unsigned rest;

    if (!date_write(seconds, out))
        return false;
    rest = (unsigned)(seconds - date_floor(seconds, DATE_DAY_S));
    out = put(out + DATE_TEXT_N - 1, "T", rest / DATE_HOUR_S, 2);
    out = put(out, ":", rest / 60 % 60, 2);
    out = put(out, ":", rest % 60, 2);
    out[0] = 'Z';
    out[1] = '\0';
    return true;
}

int date_age(int64_t born, int64_t now)
{
    struct date b = date_of(born), n = date_of(now);
    bool had_birthday = n.month > b.month || (n.month == b.month && n.day >= b.day);

    return n.year - b.year - (had_birthday ? 0 : 1);
}
