/* Step 1 of the flow as bytes: claims and a device key become one signed copy of a card. */
#ifndef OWNCARD_MDOC_ISSUE_H
#define OWNCARD_MDOC_ISSUE_H

#include "core/buf.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/x509.h"
#include "trust/status_ref.h"

/** One element of the card. Claims of one namespace stand together. */
struct mdoc_claim {
    const char *name_space, *name;
    struct bytes value;             /* one CBOR item, as mdoc_put_…() makes it */
};

/** How many digests a namespace has on every card of a type, whatever stands on this one. */
struct mdoc_space_size {
    const char *name_space;
    size_t digests;
};

/** What serves all copies of a batch: salts drawn ahead, and what hashes them. All zero is fine. One
 *  thread's, and not to be taken across fork(): see struct random_ahead. */
struct mdoc_batch {
    struct random_ahead random;
    struct hasher hasher;
};
void mdoc_batch_cleanup(struct mdoc_batch *batch);

struct mdoc_issue_spec {
    const char *doc_type;
    const struct mdoc_claim *claims;
    size_t claims_n;
    const struct mdoc_space_size *sizes;    /* NULL: as many digests as claims */
    size_t sizes_n;
    enum digest digest;
    const struct public_key *device_key;
    int64_t now;                    /* becomes `signed` and, unless valid_from is set, validFrom */
    int64_t valid_from;             /* 0: now */
    int64_t valid_until;
    const struct private_key *signer;
    struct x509_cert *const *chain; /* signer's certificate first, root left out */
    size_t chain_n;
    const struct trust_status_ref *status;  /* where its status is looked up; NULL: nowhere */
    struct mdoc_batch *batch;       /* that this copy belongs to; NULL: it is alone */
};

/**
 * Make one IssuerSigned with fresh random salts and freshly shuffled digestIDs.
 *
 * Where `sizes` asks for more digests than there are claims, random ones fill up, in namespaces
 * without claims too, and namespaces stand in its order: how many elements a person has would else
 * tell persons apart in every showing. Each namespace stands in it once.
 *
 * Times are rounded down to the day, or to the hour for lives under a week, so that the copies
 * of a batch share no fingerprint; shorter lives than an hour are refused. The MSO has the
 * shape that zero-knowledge circuits expect: nothing optional but a status, which stands last, and
 * deviceKeyInfo with deviceKey only.
 *
 * @param reason  on error optional static text
 * @retval OC_USAGE    no claims; a life under an hour; validUntil not after validFrom once rounded;
 *                     claims of one namespace apart, or a name twice in one; validFrom before the
 *                     day of signing; a namespace without a digest; a signer that is
 *                     not the key of the chain's first certificate
 * @retval OC_EXPIRED  the signer's certificate is not valid at `signed`, or ends before the card
 * @retval OC_MEMORY, OC_UNAVAILABLE, OC_LIMIT
 *
 * Source: ISO/IEC 18013-5, IssuerSigned and MobileSecurityObject.
 */
enum oc_err mdoc_issue(struct buf *out, const struct mdoc_issue_spec *spec,
                       const char **reason) OC_MUST_CHECK;

#endif
