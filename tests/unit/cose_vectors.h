/* The COSE working group's examples: what both COSE tests read from a file. */
#ifndef OWNCARD_TESTS_COSE_VECTORS_H
#define OWNCARD_TESTS_COSE_VECTORS_H

#include "core/text.h"
#include "tests/unit/vectors.h"

struct cose_vector {
    json_t *file;
    const json_t *input;        /* its "sign0" or "mac0" */
    bool must_fail;             /* the file says so */
    struct buf cbor;            /* the message */
    struct buf external;        /* external_aad, mostly empty */
    struct buf structure;       /* what is signed or authenticated, as the file has it */
};

static inline bool cose_vector_read(struct cose_vector *v, const char *name, const char *input,
                                    const char *structure)
{
    char path[256];

    memset(v, 0, sizeof *v);
    snprintf(path, sizeof path, "cose-wg/%s.json", name);
    v->file = vector_json(path);
    v->input = json_object_get(json_object_get(v->file, "input"), input);
    v->must_fail = json_is_true(json_object_get(v->file, "fail"));
    const char *external = json_get_text(v->input, "external");
    return unhex(external != NULL ? external : "", &v->external) &&
           unhex(json_get_text(json_object_get(v->file, "output"), "cbor"), &v->cbor) &&
           unhex(json_get_text(json_object_get(v->file, "intermediates"), structure),
                 &v->structure) && v->input != NULL;
}

static inline void cose_vector_cleanup(struct cose_vector *v)
{
    json_decref(v->file);
    buf_cleanup(&v->cbor);
    buf_cleanup(&v->external);
    buf_cleanup(&v->structure);
}

/* A member of a JSON Web Key: base64url under its own name, or hexadecimal under name_hex. */
static inline bool cose_vector_number(const json_t *key, const char *name, struct buf *out)
{
    char hex_name[16];
    const char *text = json_get_text(key, name);

    if (text != NULL) {
        buf_init(out, 1000);
        return base64url_read(out, bytes_str(text)) == OC_OK;
    }
    snprintf(hex_name, sizeof hex_name, "%s_hex", name);
    return unhex(json_get_text(key, hex_name), out);
}

/* Whether a COSE structure in two parts is the vector's in one. */
static inline bool are_joined(const struct bytes parts[2], struct bytes whole)
{
    return parts[0].n <= whole.n &&
           bytes_eq(parts[0], (struct bytes){ whole.p, parts[0].n }) &&
           bytes_eq(parts[1], (struct bytes){ whole.p + parts[0].n, whole.n - parts[0].n });
}

#endif
