/*
 * Changing one place of CBOR that is right, and leaving every other byte as it was.
 *
 * A path names a value in maps within maps: keys separated by '/', "#N" for a key that is the
 * integer N, such as "deviceKeyInfo/deviceKey/#-3"; "" is the outermost value itself. A path that
 * leads nowhere makes the buffer fail with OC_BUG: whoever patches knows what was written.
 */
#ifndef OWNCARD_WRONG_PATCH_H
#define OWNCARD_WRONG_PATCH_H

#include "core/buf.h"

enum { PATCH_PATH_N = 512 };

/** Append one more key, which a message chose, to a path that is not empty. False: it is too long, or has a slash. */
bool patch_enter(char path[PATCH_PATH_N], struct bytes key);

/** The value at `path`, a view of `cbor`; p NULL: there is none. */
struct bytes patch_get(struct bytes cbor, const char *path);

/** Put one CBOR item, or any other bytes, in the value's place. */
void patch_set(struct buf *cbor, const char *path, struct bytes value);

/** patch_set() with what was written into `value`, which is cleaned up; its error is handed on. */
void patch_move(struct buf *cbor, const char *path, struct buf *value);

/** Take the key and its value out. */
void patch_remove(struct buf *cbor, const char *path);

/** Put a key and its value, encoded one after the other, before the others of the map at `path`. */
void patch_add(struct buf *cbor, const char *path, struct bytes pair);

/** Put `with` in the place of the bytes that `old` is a view of. */
void patch_bytes(struct buf *cbor, struct bytes old, struct bytes with);

/** Append what tag 24 wraps: its own copy, to be changed. */
void patch_unwrap(struct buf *out, struct bytes tagged);

#endif
