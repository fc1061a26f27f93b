/*
 * Commands and responses of chip cards (ISO/IEC 7816-4), with short and extended lengths, and the
 * data object that carries a message of a session through them (ISO/IEC 18013-5, 8.3.3.1.2).
 *
 *   command  = CLA INS P1 P2 [Lc data] [Le]      Lc, Le: one byte each, or 00 and two bytes
 *   response = [data] SW1 SW2
 *   object   = 53 length content                 length as BER has it
 *
 * Which of the two sides says what when is transport/nfc_card.h and transport/nfc_reader.h.
 */
#ifndef OWNCARD_TRANSPORT_APDU_H
#define OWNCARD_TRANSPORT_APDU_H

#include "core/buf.h"

enum {
    APDU_DATA_SHORT = 255, APDU_DATA_MAX = 65535,       /* bytes of data in a command */
    APDU_ANSWER_SHORT = 256, APDU_ANSWER_MAX = 65536,   /* bytes of data in a response */
    APDU_OBJECT_MAX = 1 << 20,                          /* bytes of an object's content */
};

enum { APDU_CLA_PLAIN = 0x00, APDU_CLA_CHAINED = 0x10 };    /* CHAINED: more of it follows */
enum {
    APDU_SELECT = 0xa4, APDU_READ_BINARY = 0xb0, APDU_GET_RESPONSE = 0xc0, APDU_ENVELOPE = 0xc3,
};

/* Status words. */
enum {
    APDU_DONE = 0x9000,
    APDU_MORE = 0x6100,             /* the low byte: how many bytes are left; 0: 256 or more */
    APDU_WRONG_LENGTH = 0x6700,
    APDU_NOT_NOW = 0x6985,          /* conditions of use not satisfied */
    APDU_BAD_DATA = 0x6a80,
    APDU_NOT_FOUND = 0x6a82,
    APDU_BAD_PARAMETERS = 0x6a86,
    APDU_BEYOND_END = 0x6b00,
    APDU_UNKNOWN_INS = 0x6d00,
    APDU_UNKNOWN_CLA = 0x6e00,
    APDU_FAILED = 0x6f00,
};

/** Say where and why something is refused; `fault` is optional. @return `e` */
enum oc_err apdu_refuse(struct oc_fault *fault, enum oc_err e, size_t offset, const char *reason);

struct apdu_command {
    uint8_t cla, ins, p1, p2;
    struct bytes data;              /* at most APDU_DATA_MAX bytes */
    uint32_t expected;              /* bytes of answer at most, to APDU_ANSWER_MAX; 0: none */
    bool is_extended;               /* lengths of two bytes */
};

/**
 * Read one command.
 *
 * @param out    all zero on error; `data` is a view into `src`
 * @param fault  optional
 * @retval OC_TRUNCATED, OC_TRAILING  lengths that the bytes do not bear out
 * @retval OC_SHAPE  a data field announced as empty
 */
enum oc_err apdu_command_read(struct apdu_command *out, struct bytes src,
                              struct oc_fault *fault) OC_MUST_CHECK;

/** Append a command, with extended lengths where is_extended says so or short ones do not hold what
 *  there is. Errors go to out->err; OC_USAGE for data or `expected` beyond the maxima. */
void apdu_command_write(struct buf *out, const struct apdu_command *command);

struct apdu_response {
    struct bytes data;
    uint16_t status;
};

/** Read one response; as apdu_command_read().
 *  @retval OC_TRUNCATED  fewer than two bytes, as of a card that was pulled out
 *  @retval OC_LIMIT      more than APDU_ANSWER_MAX bytes of data */
enum oc_err apdu_response_read(struct apdu_response *out, struct bytes src,
                               struct oc_fault *fault) OC_MUST_CHECK;

void apdu_response_write(struct buf *out, struct bytes data, uint16_t status);

/**
 * The content of a data object 53 that is all of `src`. The length may be written in more bytes
 * than it needs, up to four.
 *
 * @param content  a view into `src`; empty on error
 * @param fault    optional
 * @retval OC_TRUNCATED, OC_TRAILING
 * @retval OC_SHAPE  another object, or no definite length
 * @retval OC_LIMIT  a content of more than APDU_OBJECT_MAX bytes
 */
enum oc_err apdu_object_read(struct bytes *content, struct bytes src,
                             struct oc_fault *fault) OC_MUST_CHECK;

/** Append a data object 53; OC_LIMIT goes to out->err for too long a content. */
void apdu_object_write(struct buf *out, struct bytes content);

#endif
