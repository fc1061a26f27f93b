/*
 * What a file is that was taken for another. People mix up the files of the flow, so that whoever
 * refuses one says what it looks like, as a hint; nothing in it is believed.
 */
#ifndef OWNCARD_VERBS_MISTAKEN_H
#define OWNCARD_VERBS_MISTAKEN_H

#include "core/bytes.h"
#include "core/err.h"

/**
 * Say why a message was refused, as fail_fault() does, then what it looks like instead.
 *
 * @param expected  as mdoc_message_name() calls it, such as "DeviceRequest"
 * @return `e`
 */
enum oc_err mistaken_message(enum oc_err e, const char *path, struct bytes message,
                             const char *expected, const struct oc_fault *fault);

/** Say that a file has no certificate in PEM, then what it looks like instead. @return `e` */
enum oc_err mistaken_certificate(enum oc_err e, const char *path, struct bytes file);

/** Only the hint, for a file that was refused as no `expected`: a name as above, a word of
 *  trust_file_word(), or "JSON". */
void mistaken_hint(struct bytes file, const char *expected);

#endif
