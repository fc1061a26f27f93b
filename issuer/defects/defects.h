/*
 * Cards that are wrong on purpose, in one place each, for people who test their own verifiers.
 *
 * A copy is first made right, by mdoc_issue() like any other; then it is taken apart, one thing is
 * changed, what rests on it is made anew (digest, signature), and all other bytes stay as they
 * were. So the same card without a defect is its control. The library cannot write what is wrong,
 * and shall not learn it: this folder writes CBOR and DER beneath it, by means of wrong/.
 */
#ifndef OWNCARD_ISSUER_DEFECTS_H
#define OWNCARD_ISSUER_DEFECTS_H

#include "core/buf.h"
#include "crypto/x509.h"
#include "wrong/table.h"

struct wrong_card;

/** When a defect comes in while a card is put together again. */
enum defect_stage {
    DEFECT_ITEM,        /* an item, before its digest is taken */
    DEFECT_MSO,         /* the MSO, before it is signed */
    DEFECT_SHOWN,       /* an item, after its digest was taken */
    DEFECT_CERTIFICATE, /* the certificate that goes with it, signed by the IACA anew */
    DEFECT_HEADERS,     /* payload and headers, before they are signed */
    DEFECT_SIGNED,      /* anything, after */
};

/** One row: what is wrong, and how it is made so. */
struct defect {
    const char *name, *text;        /* the text is one sentence without a full stop */
    const char *check;              /* id of the check of our verifier that refuses it (struct
                                       mdoc_check_info); "message": it is not even parsed;
                                       "none": see WRONG_TAKEN */
    const char *also;               /* another check that cannot but fail with it; NULL: none */
    enum wrong_verdict verdict;
    enum defect_stage stage;
    void (*make)(struct wrong_card *card, const struct defect *defect);
    const char *path;               /* for `make`: where, as patch.h has it */
    const char *element;            /* of the first namespace, the one that is made wrong; NULL: the
                                       first */
    struct bytes with;              /* for `make`: what to put there */
    int64_t by_s;                   /* for `make`: by how much to move a time */
};

/** The rows one after the other, from 0; NULL after the last. Static. */
const struct defect *defect_at(size_t i);

/** By name; NULL: none. */
const struct defect *defect_find(const char *name);

/** Who signed the copy, and who vouches for the signer. Borrowed. */
struct defect_signer {
    int64_t now;
    const struct private_key *key;
    struct x509_cert *const *chain;
    size_t chain_n;
    const struct x509_cert *iaca;           /* NULL: not to be had */
    const struct private_key *iaca_key;
};

/**
 * Append a copy like `right`, which mdoc_issue() made, with this defect.
 *
 * @param reason  on error optional static text
 * @retval OC_USAGE     it cannot be made of this card: a certificate without the IACA's key, an
 *                      item too few, a key or a card of another kind
 * @retval OC_MEMORY, OC_LIMIT, OC_UNAVAILABLE, OC_BUG
 */
enum oc_err defect_write(struct buf *out, struct bytes right, const struct defect *defect,
                         const struct defect_signer *signer, const char **reason) OC_MUST_CHECK;

#endif
