#include "core/bytes.h"

#include <string.h>

int bytes_cmp(struct bytes a, struct bytes b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool bytes_within(struct bytes inner, struct bytes outer)
{
    uintptr_t from = (uintptr_t)inner.p, start = (uintptr_t)outer.p;

    return from >= start && from - start <= outer.n && inner.n <= outer.n - (from - start);
}

/* Eight bytes at a time, the last eight perhaps overlapping those before. */
static bool are_ascii(struct bytes b)
{
    uint64_t all = 0, eight;

    if (b.n < sizeof eight) {
        for (size_t i = 0; i < b.n; i++)
            all |= b.p[i];
        return (all & 0x80) == 0;
    }
    for (size_t i = 0; i < b.n - sizeof eight; i += sizeof eight) {
        memcpy(&eight, b.p + i, sizeof eight);
        all |= eight;
    }
    memcpy(&eight, b.p + b.n - sizeof eight, sizeof eight);
    return ((all | eight) & UINT64_C(0x8080808080808080)) == 0;
}

bool bytes_are_utf8(struct bytes b)
{
    size_t i = 0;

    if (are_ascii(b))       /* as most text is */
        return true;
    while (i < b.n) {
        uint8_t lead = b.p[i++];
        uint8_t low = 0x80, high = 0xbf;    /* what the second byte may be: RFC 3629, section 4 */
        int more;

        if (lead < 0x80)
            continue;
        if (lead >= 0xc2 && lead <= 0xdf)
            more = 1;
        else if (lead >= 0xe0 && lead <= 0xef)
            more = 2;
        else if (lead >= 0xf0 && lead <= 0xf4)
            more = 3;
        else
            return false;
        switch (lead) {
        case 0xe0: low = 0xa0;  break;
        case 0xed: high = 0x9f; break;
        case 0xf0: low = 0x90;  break;
        case 0xf4: high = 0x8f; break;
        default:                break;
        }
        for (; more > 0; more--) {
            if (i == b.n || b.p[i] < low || b.p[i] > high)
                return false;
            low = 0x80;
            high = 0xbf;
            i++;
        }
    }
    return true;
}
