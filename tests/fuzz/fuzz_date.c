/* Dates and times: what is read is written back as the same moment. */
#include "core/date.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct bytes src = { p, n };
    char time_text[DATE_TIME_TEXT_N], text[DATE_TEXT_N];
    int64_t t = 42, again = 0;

    if (!date_time_read(src, &t)) {
        hold(t == 42);
    } else if (date_time_write(t, time_text)) {     /* an offset may lead beyond the years */
        hold(date_time_read(bytes_str(time_text), &again) && again == t);
        hold(date_start(date_of(t)) == date_floor(t, DATE_DAY_S));
    }
    t = 42;
    if (!date_read(src, &t)) {
        hold(t == 42);
        return 0;
    }
    hold(date_write(t, text) && bytes_eq(bytes_str(text), src));
    hold(t % DATE_DAY_S == 0 && date_age(t, t) == 0);
    return 0;
}
