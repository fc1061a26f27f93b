/*
 * One value of the claims against its element: refused with place and rule, or appended as CBOR.
 * For issuer/claim*.c only.
 */
#ifndef OWNCARD_ISSUER_CLAIM_VALUE_H
#define OWNCARD_ISSUER_CLAIM_VALUE_H

#include "issuer/claims.h"

/* The work on one set of claims. The rule of each refusal comes first, what was found last. */
struct making {
    struct claims *out;
    const struct claims_spec *spec;
    json_t *json;
    size_t *ends;               /* where the value of each element ends in out->values */
    char path[256];             /* of the claim in hand */
};

/** Step into a member; claims_leave() takes the place this returns. */
size_t claims_enter(struct making *m, const char *name);
void claims_leave(struct making *m, size_t place);

/** Refuse the claim in hand; `found` NULL: there is nothing to quote. */
void claims_refuse(struct making *m, json_t *found, const char *rule, ...)
    __attribute__((format(printf, 3, 4)));

/** The part of that name, or NULL. */
const struct element *claims_part(const struct element *parts, size_t n, const char *name);

/** Append the value to out->values. As deep as the card type, at most CATALOG_NESTING_MAX. */
void claims_put_value(struct making *m, const struct element *el, json_t *value);

/** Refuse a date before the one that el->after names in `beside`, the object that holds both. */
void claims_check_after(struct making *m, const struct element *el, json_t *value,
                        const json_t *beside);

#endif
