/* What a signed status list says, before anything of it is believed. Private to lib/trust. */
#ifndef OWNCARD_TRUST_STATUS_TOKEN_H
#define OWNCARD_TRUST_STATUS_TOKEN_H

#include "cose/sign1.h"
#include "trust/status_ref.h"

/** Views point into the bytes read. */
struct status_token {
    struct cose_sign1 message;
    enum trust_status_mechanism mechanism;
    struct bytes uri;           /* sub */
    int64_t issued_at;          /* iat */
    bool has_expires;
    int64_t expires;            /* exp */
    int64_t ttl_s;              /* ttl; 0: none */
    unsigned bits;              /* of an entry, 1, 2, 4 or 8; 0 for identifiers */
    struct bytes packed;        /* lst, compressed */
    struct bytes identifiers;   /* the map { * bstr => any }, as received */
    size_t identifiers_n;
};

/** Read  StatusListToken  of schemas/wire/status_list.cddl. All zero on error; errors as
 *  trust_status_list_verify() lists them for what is not such a message. */
enum oc_err status_token_read(struct status_token *out, struct bytes src,
                              struct oc_fault *fault) OC_MUST_CHECK;

/** The labels of the claims (RFC 8392; Token Status List, 14.3). */
enum { STATUS_CLAIM_SUB = 2, STATUS_CLAIM_EXP = 4, STATUS_CLAIM_IAT = 6,
       STATUS_CLAIM_IDENTIFIERS = 65530, STATUS_CLAIM_LIST = 65533, STATUS_CLAIM_TTL = 65534 };

/** The types we write, in header 16. Those without "application/" are read too. */
#define STATUS_TYPE_PREFIX "application/"
#define STATUS_TYPE_LIST "statuslist+cwt"
#define STATUS_TYPE_IDENTIFIERS "identifierlist+cwt"

#endif
