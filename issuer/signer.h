/*
 * Who signs a card: the folder's document signer, another of the folder that --signer names, or one
 * from elsewhere that --signer-key and --signer-cert name. What fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_SIGNER_H
#define OWNCARD_ISSUER_SIGNER_H

#include "cli/command.h"
#include "crypto/x509.h"

struct issuer_signer {
    struct private_key *key;
    struct x509_cert *chain[X509_CHAIN_MAX];    /* the key's own first, the root left out */
    size_t chain_n;
};

/**
 * Read the signer that the command line names; the verb must have the options --dir, --signer,
 * --signer-key, --signer-cert and TOKEN_PIN_OPTIONS. The latter's certificates are all those of its files, in their order.
 *
 * @param out  all zero on error; release with issuer_signer_cleanup()
 * @retval OC_USAGE  one of the last two without the other, or --signer with them; --signer names no
 *                   document signer
 * @retval OC_SHAPE  no certificate, no key, the two do not belong together, certificates that did
 *                   not sign each other in this order, or a root among them
 * @retval OC_REFUSED  the folder's signer is noted as revoked
 * @retval OC_LIMIT  more than X509_CHAIN_MAX certificates
 * @retval the errors of key_file_signing() and authority_init()
 */
enum oc_err issuer_signer_init(struct issuer_signer *out, const struct command_line *cl)
    OC_MUST_CHECK;
void issuer_signer_cleanup(struct issuer_signer *s);

#endif
