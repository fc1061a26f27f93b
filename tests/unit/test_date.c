#include "core/date.h"

#include <string.h>

#include "tests/unit/tap.h"

static void test_time_text(void)
{
    const struct { const char *text; bool want; int64_t at; } row[] = {
        { "1970-01-01T00:00:00Z", true, 0 },
        { "2020-10-01T13:30:02Z", true, 1601559002 },
        { "2020-10-01t13:30:02z", true, 1601559002 },
        { "2020-10-01T13:30:02.999Z", true, 1601559002 },
        { "2020-10-01T15:30:02+02:00", true, 1601559002 },
        { "2020-10-01T08:00:02-05:30", true, 1601559002 },
        { "1969-12-31T23:59:59Z", true, -1 },
        { "0001-01-01T00:00:00Z", true, -62135596800 },
        { "9999-12-31T23:59:59Z", true, 253402300799 },
        { "2000-02-29T00:00:00Z", true, 951782400 },
        { "1900-02-29T00:00:00Z", false, 0 },
        { "2021-02-29T00:00:00Z", false, 0 },
        { "0000-01-01T00:00:00Z", false, 0 },
        { "2020-13-01T00:00:00Z", false, 0 },
        { "2020-01-32T00:00:00Z", false, 0 },
        { "2020-01-01T24:00:00Z", false, 0 },
        { "2020-01-01T00:60:00Z", false, 0 },
        { "2016-12-31T23:59:60Z", false, 0 },
        { "2020-01-01T00:00:00", false, 0 },
        { "2020-01-01T00:00:00.Z", false, 0 },
        { "2020-01-01T00:00:00Z ", false, 0 },
        { "2020-01-01T00:00:00+24:00", false, 0 },
        { "2020-01-01 00:00:00Z", false, 0 },
        { "2020-01-01", false, 0 },
        { "", false, 0 },
    };

    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        int64_t at = 42;
        bool read = date_time_read(bytes_str(row[i].text), &at);

        ok(read == row[i].want && at == (read ? row[i].at : 42), "date-time \"%s\"", row[i].text);
    }
}

int main(void)
{
    char day[DATE_TEXT_N], moment[DATE_TIME_TEXT_N];
    int64_t born, then;
    bool same = true;

    test_time_text();
    for (int64_t at = -62135596800; at <= 253402300799; at += 86400 * 97 + 12345) {
        int64_t back;

        if (!date_time_write(at, moment) || !date_time_read(bytes_str(moment), &back) ||
            back != at ||
            date_start(date_of(at)) != date_floor(at, DATE_DAY_S))
            same = false;
    }
    ok(same, "what is written is read back, from year 1 to 9999");
    ok(!date_time_write(-62135596801, moment) && !date_write(253402300800, day),
       "years 0 and 10000 are not written");
    ok(date_write(1601559002, day) && strcmp(day, "2020-10-01") == 0, "the day of a moment");
    ok(date_read(BYTES("2020-10-01"), &then) && then == 1601510400, "a full-date is its midnight");
    ok(!date_read(BYTES("2020-10-1"), &then) && !date_read(BYTES("2020-10-01T00:00:00Z"), &then),
       "and nothing else");
    ok(date_floor(-1, DATE_DAY_S) == -86400 && date_floor(86400, DATE_DAY_S) == 86400,
       "rounding goes down below 1970 too");

    ok(date_read(BYTES("2004-02-29"), &born), "born on 29 February");
    ok(date_read(BYTES("2022-02-28"), &then) && date_age(born, then) == 17, "17 on 28 February");
    ok(date_read(BYTES("2022-03-01"), &then) && date_age(born, then) == 18, "18 on 1 March");
    ok(date_read(BYTES("2024-02-29"), &then) && date_age(born, then) == 20, "20 on the day itself");
    ok(date_read(BYTES("2024-02-28"), &then) && date_age(born, then) == 19, "19 the day before");
    return done();
}
