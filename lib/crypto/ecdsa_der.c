#include "crypto/ecdsa_der.h"

#include <string.h>

enum { SEQUENCE = 0x30, INTEGER = 0x02, ONE_LENGTH_BYTE = 0x81 };

/* INTEGER is the shortest two's complement: no leading zeros, but one before a high bit. */
static size_t put_integer(uint8_t *out, const uint8_t *number, size_t n)
{
    size_t zero;

    while (n > 1 && number[0] == 0) {
        number++;
        n--;
    }
    zero = number[0] >> 7;
    out[0] = INTEGER;
    out[1] = (uint8_t)(n + zero);
    out[2] = 0;
    memcpy(out + 2 + zero, number, n);
    return 2 + zero + n;
}

size_t ecdsa_to_der(uint8_t der[ECDSA_DER_MAX], size_t n, const uint8_t *pair)
{
    uint8_t integers[ECDSA_DER_MAX];
    size_t length = put_integer(integers, pair, n), head = 0;

    length += put_integer(integers + length, pair + n, n);
    der[head++] = SEQUENCE;
    if (length > 0x7f)
        der[head++] = ONE_LENGTH_BYTE;
    der[head++] = (uint8_t)length;
    memcpy(der + head, integers, length);
    return head + length;
}

/* Take a number off the front, padded to `n` bytes. */
static bool take_integer(uint8_t *number, size_t n, struct bytes *der)
{
    size_t length;

    if (der->n < 3 || der->p[0] != INTEGER || der->p[1] > 0x7f || der->p[1] == 0 ||
        der->p[1] > der->n - 2)
        return false;
    length = der->p[1];
    der->p += 2;
    der->n -= 2;
    if (der->p[0] > 0x7f || (length > 1 && der->p[0] == 0 && der->p[1] <= 0x7f))
        return false;       /* negative, or not the shortest */
    if (der->p[0] == 0) {
        der->p++;
        der->n--;
        length--;
    }
    if (length > n)
        return false;
    memset(number, 0, n - length);
    memcpy(number + n - length, der->p, length);
    der->p += length;
    der->n -= length;
    return true;
}

bool ecdsa_from_der(uint8_t *pair, size_t n, struct bytes der)
{
    size_t head = der.n > 1 && der.p[1] == ONE_LENGTH_BYTE ? 3 : 2;

    if (der.n < head || der.p[0] != SEQUENCE || der.p[head - 1] != der.n - head ||
        (head == 3) != (der.n - head > 0x7f))
        return false;
    der.p += head;
    der.n -= head;
    return take_integer(pair, n, &der) && take_integer(pair + n, n, &der) && der.n == 0;
}
