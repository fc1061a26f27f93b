#include "wrong/cose.h"

#include "codec/cbw.h"
#include "crypto/ecdsa_der.h"

void wrong_structure(struct buf *out, const char *context, struct bytes protected_header,
                     struct bytes payload)
{
    cbw_array(out, 4);
    cbw_str(out, context);
    cbw_bstr(out, protected_header);
    cbw_bstr(out, BYTES(""));
    cbw_bstr(out, payload);
}

void wrong_last_bit(struct buf *bytes)
{
    uint8_t last;

    if (bytes->n == 0) {
        buf_fail(bytes, OC_BUG);
        return;
    }
    last = bytes->p[bytes->n - 1] ^ 1;
    buf_truncate(bytes, bytes->n - 1);
    buf_add_byte(bytes, last);
}

void wrong_der(struct buf *signature)
{
    uint8_t der[ECDSA_DER_MAX];
    size_t n = ecdsa_to_der(der, signature->n / 2, signature->p);

    buf_truncate(signature, 0);
    buf_add(signature, (struct bytes){ der, n });
}
