/*
 * The issuer's folder and the four authorities in it, each a certificate NAME.pem and its
 * private key NAME.key, or there the URI of one in a token: "iaca" signs document and status signers, "ds" signs cards, "status" signs
 * status lists, "reader-ca" signs readers. What fails has been said (cli/exit.h).
 */
#ifndef OWNCARD_ISSUER_AUTHORITY_H
#define OWNCARD_ISSUER_AUTHORITY_H

#include "cli/command.h"
#include "cli/io.h"
#include "cli/state.h"
#include "crypto/x509.h"

/**
 * The path of `name` in the folder that --dir named, or for NULL in the default one; of the
 * folder itself when `name` is "". Nothing is made there.
 * @param path  Initialised here, read with buf_text(); all zero on error.
 */
enum oc_err folder_path(struct buf *path, const char *dir, const char *name) OC_MUST_CHECK;

struct authority {
    struct x509_cert *certificate;
    struct private_key *key;
};

/** Whether init has made NAME.pem. @retval OC_IO  not yet */
enum oc_err authority_exists(const char *dir, const char *name) OC_MUST_CHECK;

/**
 * Read NAME.pem and NAME.key, which may hold the URI of a key in a token (cli/token.h): the verb
 * must have the options --dir and TOKEN_PIN_OPTIONS.
 *
 * @param out  all zero on error; release with authority_cleanup()
 * @retval OC_IO     a file is missing, cannot be read, or others may read the key
 * @retval OC_SHAPE  no certificate, no key, or the two do not belong together
 * @retval the errors of key_file_signing()
 */
enum oc_err authority_init(struct authority *out, const struct command_line *cl,
                           const char *name) OC_MUST_CHECK;

/** NAME.pem alone, `key` NULL: the key may be elsewhere, as an IACA's should. */
enum oc_err authority_certificate(struct authority *out, const char *dir,
                                  const char *name) OC_MUST_CHECK;

/** The names of those that roll has kept of `name`, each NAME and eight hexadecimal digits, such as
 *  "status-0123abcd". Release with state_names_cleanup(). */
enum oc_err authority_kept(struct state_names *out, const char *dir,
                           const char *name) OC_MUST_CHECK;

/** Add both files to an output; one that stands there already is never replaced, whatever is
 *  missing beside it. @retval OC_IO  there is one */
enum oc_err authority_output(struct io_output *output, const struct authority *a, const char *dir,
                             const char *name) OC_MUST_CHECK;
void authority_cleanup(struct authority *a);

#endif
