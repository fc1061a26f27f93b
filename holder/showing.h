/*
 * One showing, whatever way the request came in by: choose cards and copies, tell the holder who
 * asks for what, take the yes or no, make the response. holder/spend.h then marks the copies around
 * the moment at which it leaves. Every error has been said (cli/exit.h).
 */
#ifndef OWNCARD_HOLDER_SHOWING_H
#define OWNCARD_HOLDER_SHOWING_H

#include "cli/lang.h"
#include "cli/token.h"
#include "holder/ask.h"
#include "holder/flawed.h"
#include "holder/vault.h"
#include "mdoc/encryption.h"

/* Rows of the option table of a verb that shows a card. */
#define SHOWING_OPTIONS \
    { "consent", 'c', "EL,EL", "show these elements, or \"all\" (default: ask)", false }, \
    { "consent-file", 0, "FILE", "standing rules: what they cover is shown without asking", false }, \
    { "card", 0, "N", "answer from this card", false }, \
    { "accept-unknown-reader", 0, NULL, "answer though nobody vouches for the reader", false }, \
    { "reuse", 0, NULL, "show the last copy again, which makes showings linkable", false }, \
    { "per-verifier", 0, NULL, "show a reader that you trust the copy it saw before", false }, \
    { "no-history", 0, NULL, "do not note this showing down", false }, \
    { "at", 0, "TIME", "the moment to answer at (default: now)", false }, \
    TOKEN_PIN_OPTIONS, \
    FLAWED_OPTIONS, \
    LANG_OPTION, \
    VAULT_OPTIONS

/** What is to be answered; borrowed by the showing until its cleanup. */
struct showing_asked {
    const struct mdoc_device_request *request;
    struct bytes transcript;                                /* SessionTranscript */
    const struct mdoc_encryption_parameters *encryption;    /* of the QR handover; NULL: another */
    const struct public_key *reader_key;                    /* a MAC for it; NULL: a signature */
};

/** One docRequest that is being answered. */
struct showing_answer {
    size_t index;                   /* of the docRequest */
    struct wallet_copy *copy;
    uint64_t card;
    enum wallet_state before;       /* of the copy, when it was taken */
    bool was_bound;
    struct mdoc_reader reader;      /* who asks */
    struct consent consent;
};

struct showing {
    const struct command_line *cl;
    int64_t now;
    bool chinese;
    uint64_t card;                  /* --card; 0: not given */
    const struct flaw *flaw;        /* --defect; NULL: none */
    struct rules rules;             /* --consent-file */
    struct catalog catalog;
    struct vault vault;
    struct showing_asked asked;
    struct showing_answer answers[MDOC_DOCUMENTS_MAX];
    size_t answers_n;
    struct buf documents;           /* encoded, one after the other */
    const struct showing_answer *first;     /* whose document comes first */
    struct buf response;            /* what showing_answer() made */
    size_t noted;                   /* showings in the history that are these */
};

/**
 * Read the options and what they name.
 *
 * @param s  released with showing_cleanup(), after an error too
 * @retval OC_USAGE, OC_IO, OC_SYNTAX, OC_SHAPE, OC_LIMIT, OC_MEMORY
 */
enum oc_err showing_init(struct showing *s, const struct command_line *cl) OC_MUST_CHECK;
void showing_cleanup(struct showing *s);

/**
 * What the request alone tells, before the holder is troubled with a passphrase: whether it still
 * lasts, and whether --consent names what it asks for.
 *
 * @retval OC_EXPIRED
 * @retval OC_REFUSED  it names no end, and the QR handover demands one: a photograph of it would
 *                     live for ever
 * @retval OC_USAGE    --consent names something else
 */
enum oc_err showing_check(const struct showing *s,
                          const struct showing_asked *asked) OC_MUST_CHECK;

/** Open the vault, asking for its passphrase. @retval as vault_open() */
enum oc_err showing_open(struct showing *s) OC_MUST_CHECK;

/**
 * Choose the cards that answer, and a copy of each, in memory alone; nothing is asked yet.
 *
 * @retval OC_REFUSED  no card or copy that could answer
 * @retval OC_USAGE    --card names none that could, or is needed to choose
 * @retval as showing_check(), since a request may be long in coming; OC_MEMORY
 */
enum oc_err showing_choose(struct showing *s, const struct showing_asked *asked) OC_MUST_CHECK;

/** The bytes that an answer from what was chosen takes at least. */
size_t showing_least(const struct showing *s);

/**
 * Make s->response of what the holder agrees to.
 *
 * @retval OC_REFUSED  a forged reader, or a no
 * @retval OC_EXPIRED  the request ended while the holder thought
 * @retval OC_IO, OC_LIMIT, OC_MEMORY, OC_UNAVAILABLE
 */
enum oc_err showing_answer(struct showing *s) OC_MUST_CHECK;

#endif
