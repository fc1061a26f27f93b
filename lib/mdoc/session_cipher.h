/*
 * The two keys of a session and how messages are encrypted under them (ISO/IEC 18013-5, 9.1.1.5):
 * AES-256-GCM, nonce = 8 bytes that name the sender ‖ a counter from 1 in 4 bytes, no AAD. Private
 * to lib/mdoc.
 */
#ifndef OWNCARD_MDOC_SESSION_CIPHER_H
#define OWNCARD_MDOC_SESSION_CIPHER_H

#include "core/buf.h"
#include "crypto/keys.h"

enum session_sender { SESSION_READER = 0, SESSION_HOLDER = 1 };

/** What one side encrypts and the other decrypts with. */
struct session_cipher {
    struct secret *key;         /* SKReader or SKDevice; NULL: none yet, or destroyed */
    uint32_t used;              /* messages so far: the next one's counter is one more */
    enum session_sender sender;
};

/**
 * Derive both: HKDF-SHA-256 of the agreed secret, salt SHA-256(SessionTranscriptBytes).
 * @param ciphers  by sender; all zero on error; the keys are the caller's to destroy
 * @param mine, theirs  EReaderKey and EDeviceKey, private on one's own side
 * @retval OC_SHAPE  the keys are on different curves, or agree on nothing but zeros
 * @retval OC_MEMORY, OC_UNAVAILABLE, OC_LIMIT
 */
enum oc_err session_ciphers_init(struct session_cipher ciphers[2], const struct private_key *mine,
                                 const struct public_key *theirs,
                                 struct bytes transcript) OC_MUST_CHECK;
void session_cipher_cleanup(struct session_cipher *c);

/** Append ciphertext and tag.
 *  @retval OC_LIMIT  the counter is exhausted: nothing more may be said under this key
 *  @retval OC_MEMORY, OC_UNAVAILABLE */
enum oc_err session_seal(struct session_cipher *c, struct buf *out,
                         struct bytes plaintext) OC_MUST_CHECK;

/** Append the plaintext of the message that comes next.
 *  @retval OC_SIGNATURE  another key, another place in the order, or a changed byte
 *  @retval OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE */
enum oc_err session_open(struct session_cipher *c, struct buf *out,
                         struct bytes ciphertext) OC_MUST_CHECK;

#endif
