/*
 * NDEF messages, record by record (NFC Forum, NFC Data Exchange Format 1.0): what NFC carries
 * handovers in. Private to lib/mdoc.
 */
#ifndef OWNCARD_MDOC_NDEF_H
#define OWNCARD_MDOC_NDEF_H

#include "core/buf.h"

/* Type name formats; others are kept as they are. */
enum { NDEF_EMPTY = 0, NDEF_WELL_KNOWN = 1, NDEF_MEDIA = 2, NDEF_EXTERNAL = 4,
       NDEF_UNCHANGED = 6, NDEF_RESERVED = 7 };

struct ndef_record {
    uint8_t format;
    struct bytes type, id, payload;
};

/** Where in a message a reader stands. The error is sticky. */
struct ndef_reader {
    struct bytes src;
    size_t at;
    const uint8_t *base;        /* fault offsets count from here */
    bool is_last;               /* the record read last ends the message */
    enum oc_err err;
    struct oc_fault fault;
};

/** Begin to read `src`, which lies in `whole` and must outlive every view. */
void ndef_init(struct ndef_reader *r, struct bytes src, struct bytes whole);

/**
 * The next record; views point into the message. False after the last, and on error:
 *   OC_TRUNCATED  the message ends before its last record does
 *   OC_TRAILING   it goes on after it
 *   OC_SYNTAX     a mark of begin or end in the wrong place, a format that nothing uses
 *   OC_SHAPE      a record in chunks, which no handover needs
 */
bool ndef_next(struct ndef_reader *r, struct ndef_record *record);

/** Fail, unless it has failed, at the place of `where`, which lies in the whole. */
void ndef_fail_at(struct ndef_reader *r, struct bytes where, enum oc_err e, const char *reason);

/** Append one record; OC_LIMIT for a type or id of more than 255 bytes. */
void ndef_write(struct buf *out, const struct ndef_record *record, bool is_first, bool is_last);

#endif
