/*
 * Keys as files hold them, told apart by how they begin:
 *
 *   PEM        "-----BEGIN …": PKCS #8 or SEC 1; SubjectPublicKeyInfo, or a certificate
 *   JWK        "{": JSON, cli/jwk.h
 *   COSE_Key   CBOR, or the same in hexadecimal, cose/key.h
 *
 * The one place where a tool reads a key. Nothing that is said quotes the file.
 */
#ifndef OWNCARD_CLI_KEY_FILE_H
#define OWNCARD_CLI_KEY_FILE_H

#include "cli/command.h"
#include "crypto/keys.h"

/**
 * Read a private key, and say what is wrong. The file's bytes live in the secret pool.
 *
 * @param out    NULL on error
 * @param path   NULL or "-" is standard input
 * @param spent  as io_read_spent_secret(): a file open to others is warned about, not refused
 * @retval OC_SHAPE  none of the three, on no curve we know, or a public key alone
 * @retval OC_IO, OC_LIMIT, OC_UNAVAILABLE, OC_MEMORY
 */
enum oc_err key_file_private(struct private_key **out, const char *path, bool spent) OC_MUST_CHECK;

/**
 * Read a key to sign with: as key_file_private() does, or one in a token, which is opened with the
 * PIN that the command line says (cli/token.h). A file stands for it that holds its URI alone, on
 * one line.
 *
 * @param from  a file, or the URI itself
 * @retval as key_file_private() and token_find()
 */
enum oc_err key_file_signing(struct private_key **out, const char *from,
                             const struct command_line *cl) OC_MUST_CHECK;

/** What a file holds that key_file_signing() reads as this key: PEM or, of one in a token, its URI.
 *  @retval OC_MEMORY */
enum oc_err key_file_text(struct secret **out, const struct private_key *key) OC_MUST_CHECK;

/** Read a public key. A private one is refused (OC_SHAPE): it has no business where the file of a
 *  public one is asked for. */
enum oc_err key_file_public(struct public_key **out, const char *path) OC_MUST_CHECK;

/**
 * The same of a file's bytes, without a word.
 *
 * @param reason  on error static text, or NULL: no more than the error says
 * @retval OC_SYNTAX, OC_TRUNCATED, OC_TRAILING, OC_SHAPE, OC_LIMIT, OC_UNAVAILABLE, OC_MEMORY
 */
enum oc_err key_file_read_private(struct private_key **out, struct bytes file,
                                  const char **reason) OC_MUST_CHECK;
enum oc_err key_file_read_public(struct public_key **out, struct bytes file,
                                 const char **reason) OC_MUST_CHECK;

#endif
