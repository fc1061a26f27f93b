#include "core/bytes.h"

#include <string.h>

struct bytes bytes_str(const char *s)
{
    return (struct bytes){ (const uint8_t *)s, s == NULL ? 0 : strlen(s) };
}

bool bytes_eq(struct bytes a, struct bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool bytes_is(struct bytes a, const char *s)
{
    return bytes_eq(a, bytes_str(s));
}

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

bool bytes_are_utf8(struct bytes b)
{
    size_t i = 0;

    while (i < b.n) {
        /* Most text is ASCII: eight bytes at a time. */
        for (uint64_t eight; b.n - i >= sizeof eight; i += sizeof eight) {
            memcpy(&eight, b.p + i, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) != 0)
                break;
        }
        if (i == b.n)
            return true;
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
