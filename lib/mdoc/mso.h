/* The MobileSecurityObject: what the issuer signs about a card (ISO/IEC 18013-5, 12.3). */
#ifndef OWNCARD_MDOC_MSO_H
#define OWNCARD_MDOC_MSO_H

#include "codec/cbr.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "trust/status_ref.h"

/* ISO/IEC 18013-5, 7.1 and 7.2. */
#define MDOC_MDL_TYPE "org.iso.18013.5.1.mDL"
#define MDOC_MDL_SPACE "org.iso.18013.5.1"

struct mdoc_digest {
    uint64_t id;
    struct bytes value;
};

struct mdoc_digest_space {
    struct bytes name;              /* the namespace */
    size_t first, n;                /* its digests within mdoc_mso.digests */
};

/** Parsed, not believed. Views point into the bytes read. */
struct mdoc_mso {
    struct bytes version;
    enum digest digest;             /* DIGEST_NONE: a name we do not know */
    struct bytes doc_type;
    struct mdoc_digest_space *spaces;
    size_t spaces_n;
    struct mdoc_digest *digests;
    size_t digests_n;
    struct public_key *device_key;
    struct bytes key_authorizations;    /* p NULL: absent */
    int64_t signed_at, valid_from, valid_until;
    bool has_expected_update;
    int64_t expected_update;
    struct bytes status;                /* for trust_status_refs_read(); p NULL: absent */
};

/**
 * Read  MobileSecurityObject  of schemas/wire/issuer_signed.cddl from `r`. All zero after a
 * failure of the reader; release with mdoc_mso_cleanup().
 */
void mdoc_mso_read(struct cbr *r, struct mdoc_mso *out);
void mdoc_mso_cleanup(struct mdoc_mso *mso);

/** The signed digest of an item, or the empty view (p NULL). `known`, optional, says whether the
 *  namespace is in the MSO at all. */
struct bytes mdoc_mso_digest(const struct mdoc_mso *mso, struct bytes name_space, uint64_t id,
                             bool *known);

/** What is to be written; see mdoc_issue() for what fills it. */
struct mdoc_mso_spec {
    const char *doc_type;
    enum digest digest;
    struct bytes value_digests;         /* the encoded map */
    const struct public_key *device_key;
    int64_t signed_at, valid_from, valid_until;
    const struct trust_status_ref *status;  /* NULL: none */
};

/** Append the MSO, untagged; errors go to out->err. */
void mdoc_mso_write(struct buf *out, const struct mdoc_mso_spec *spec);

#endif
