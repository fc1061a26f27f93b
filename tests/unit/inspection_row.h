/*
 * One row of the table of checks that README.md compares, and the ways to break it: messages that
 * are right but for one thing, and signed anew with it.
 */
#ifndef OWNCARD_TESTS_INSPECTION_ROW_H
#define OWNCARD_TESTS_INSPECTION_ROW_H

#include "issuer/defects/defects.h"
#include "tests/unit/listed_showing.h"

struct inspection_row {
    const char *name;               /* as README.md has it */
    const char *id;                 /* of the check that refuses; "message": it is not parsed */
    enum mdoc_check_id check;       /* the same; MDOC_CHECKS_N for "message" */
    void (*test)(void);
};

static const struct inspection_row *row;        /* that is being tested */
static struct mdoc_verify_in plain;             /* plain_in(&w.f) */

static inline const char *in_row(const char *what)
{
    static char text[256];

    snprintf(text, sizeof text, "%s: %s", row->name, what);
    return text;
}

static inline void accepted(struct showing s, const struct mdoc_verify_in *in, const char *what)
{
    accept_only(&w.f, s, in, in_row(what));
}

static inline void refused_by_check(const struct mdoc_verify_in *given, struct showing s,
                                    enum mdoc_check_id check, enum oc_err why, const char *what)
{
    struct mdoc_verify_in in = *given;
    struct buf message = new_buf();

    put_response(&message, &w.f, s);
    in.message = buf_view(&message);
    refused_by(&in, check, why, in_row(what));
    buf_cleanup(&message);
}

static inline void refused_with(const struct mdoc_verify_in *in, struct showing s, enum oc_err why,
                                const char *what)
{
    refused_by_check(in, s, row->check, why, what);
}

static inline void refused(struct showing s, enum oc_err why, const char *what)
{
    refused_with(&plain, s, why, what);
}

static inline void no_such_message(struct bytes message, const char *what)
{
    struct mdoc_verify_in in = plain;
    const char *reason;

    in.message = message;
    reason = no_message(&in, OC_SHAPE);
    ok(reason[0] != '\0', "%s: %s", in_row(what), reason);
}

struct broken {
    const char *defect;             /* of issuer/defects */
    enum oc_err why;
};

/* The fixture's card with this defect, shown by its own device. */
static inline void put_defect(struct buf *out, const struct defect *d)
{
    struct buf card = new_buf(), document = new_buf();

    must(defect_write(&card, buf_view(&w.f.card_bytes), d, &(struct defect_signer){
        .now = w.f.now, .iaca = w.f.iaca, .iaca_key = w.f.iaca_key, .key = w.f.signer_key,
        .chain = &w.f.signer, .chain_n = 1 }, NULL));
    odd_document_write(&document, &w.f, (struct odd_document){
        .issuer_signed = buf_view(&card) });
    mdoc_device_response_write(out, buf_view(&document), 1);
    must(buf_err(out));
    buf_cleanup(&document);
    buf_cleanup(&card);
}

static inline void refused_defects(const struct mdoc_verify_in *given, const struct broken *broken,
                                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct defect *d = defect_find(broken[i].defect);
        struct mdoc_verify_in in = *given;
        struct buf message = new_buf();

        must(d != NULL ? OC_OK : OC_BUG);
        put_defect(&message, d);
        in.message = buf_view(&message);
        if (row->check == MDOC_CHECKS_N)
            no_such_message(in.message, d->text);
        else
            refused_by(&in, row->check, broken[i].why, in_row(d->text));
        buf_cleanup(&message);
    }
}

/* An array of struct broken, of whatever length. */
#define REFUSED_DEFECTS(in, array) refused_defects(in, array, sizeof(array) / sizeof(array)[0])

#endif
