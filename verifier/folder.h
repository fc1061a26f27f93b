/*
 * The verifier's own folder, --dir or $XDG_DATA_HOME/owncard/verifier:
 *
 *   reader.key  reader.csr  reader.pem     signs requests, by init and the issuing authority
 *   trust/FINGERPRINT.pem                  whose cards are believed; named by the first
 *                                          16 digits of the certificate's SHA-256
 *   trust/                                 and what verifier/trusted.h says
 *
 * Every function that returns an error has said it.
 */
#ifndef OWNCARD_VERIFIER_FOLDER_H
#define OWNCARD_VERIFIER_FOLDER_H

#include "cli/command.h"
#include "core/buf.h"
#include "trust/anchors.h"

enum { FINGERPRINT_NAME_N = 16, CERTIFICATES_FILE_MAX = 1 << 20 };

/** The path of `name` in the folder; the verb must have the option --dir. Nothing is made under
 *  --dir. `path` is initialised here, all zero on error. */
enum oc_err verifier_path(struct buf *path, const struct command_line *cl, const char *name)
    OC_MUST_CHECK;

/** Read the first certificate of a PEM file. @retval OC_SHAPE  there is none */
enum oc_err verifier_certificate(struct x509_cert **out, const char *path) OC_MUST_CHECK;

/** As key_file_private(), but OC_IO when it is not usable here: "not such a message" is said of
 *  what was shown alone. */
enum oc_err verifier_private_key(struct private_key **out, const char *path,
                                 bool spent) OC_MUST_CHECK;

/** Say that a certificate is no authority's, and why. @return OC_UNTRUSTED */
enum oc_err verifier_no_authority(const char *path, const struct x509_cert *certificate);

/** Add the *.pem of the trust folder to `out`, which keeps what it has on error. */
enum oc_err verifier_folder_anchors(struct trust_anchors *out, const struct command_line *cl)
    OC_MUST_CHECK;

/**
 * Whom to believe: the files of every --anchor, else the trust folder. An empty set is OC_OK.
 * @param out  all zero on error; release with trust_anchors_cleanup()
 */
enum oc_err verifier_anchors(struct trust_anchors *out, const struct command_line *cl)
    OC_MUST_CHECK;

#endif
