/*
 * The card types and requests of schemas/, as C: those built into the tools, and files a user
 * brings along. schemas/README.md describes the format; what is not in it is refused.
 */
#ifndef OWNCARD_CLI_CATALOG_H
#define OWNCARD_CLI_CATALOG_H

#include "cli/json.h"

enum {
    CATALOG_NESTING_MAX = 6,        /* arrays and maps inside an element's type */
    CATALOG_VALIDITY_DAYS_MAX = 3650,
};

/** Text for people, UTF-8, in both languages; neither is NULL where a label is required. */
struct label {
    const char *en, *zh;
};

enum element_kind {
    ELEMENT_TEXT,                   /* JSON string           tstr */
    ELEMENT_UINT,                   /* JSON integer          uint */
    ELEMENT_INT,                    /* JSON integer          int */
    ELEMENT_BOOL,                   /* true, false           bool */
    ELEMENT_BYTES,                  /* base64url, no padding bstr */
    ELEMENT_FULL_DATE,              /* "2000-01-31"          #6.1004(tstr) */
    ELEMENT_TDATE,                  /* "2000-01-31T12:00:00Z" #6.0(tstr) */
    ELEMENT_ARRAY,                  /* JSON array            [* items] */
    ELEMENT_MAP,                    /* JSON object           { * tstr => field } */
};

enum element_rule {
    RULE_NONE,
    RULE_CN_CITIZEN_NUMBER,         /* text: GB 11643, and birth_date and sex agree with it */
    RULE_COUNTRY,                   /* text: capital letters, as in the codes of ISO 3166-1 */
    RULE_PORTRAIT,                  /* bytes: begins as JPEG or JPEG 2000 does */
    RULE_UNEXPIRED,                 /* full-date: not before the day of issue */
};

enum element_source {
    FROM_CLAIMS,                    /* the claims file says it */
    FROM_AGE,                       /* whether `age` years have passed since `from` */
    FROM_YEARS_SINCE,               /* how many years have passed since `from` */
    FROM_YEAR_OF,                   /* the year of `from` */
    FROM_ISSUE_DATE,                /* the day the copy's validity begins */
    FROM_EXPIRY_DATE,               /* the last day that the copy is valid on */
    FROM_CARD_TYPE,                 /* always `value`; a claim of that name is not used */
};

/** One code of a list: `text` for text elements, else NULL and `number` counts. */
struct element_code {
    const char *text;
    int64_t number;
    struct label label;             /* both NULL when the list has none */
};

/** An element, a field of a map, or what an array holds. */
struct element {
    const char *name;               /* NULL for what an array holds */
    struct label label;             /* both NULL for what an array holds */
    enum element_kind kind;
    bool required;
    /* Bounds, inclusive: bytes of UTF-8, bytes, items, fields present, or the value. */
    int64_t min, max;
    struct element_code *codes;     /* the only values allowed, when n_codes > 0 */
    size_t n_codes;
    enum element_rule rule;
    const char *after;              /* the date beside it that this one is not before; or NULL */
    enum element_source source;
    int age;                        /* FROM_AGE */
    /* FROM_AGE, FROM_YEARS_SINCE, FROM_YEAR_OF: a full-date of the same namespace; else NULL. */
    const char *from;
    const json_t *value;            /* FROM_CARD_TYPE */
    struct element *parts;          /* array: one, what it holds; map: its fields */
    size_t n_parts;
    bool refused;                   /* only while faults are listed: its description has one */
};

struct card_namespace {
    const char *name;
    struct element *elements;
    size_t n_elements;
};

struct card_type {
    const char *doc_type;
    struct label title;
    int validity_days;                      /* how long a copy is valid unless told otherwise */
    struct card_namespace *namespaces;      /* what goes on the card */
    size_t n_namespaces;
    struct card_namespace *inputs;          /* claims that are needed but never put on it */
    size_t n_inputs;
    json_t *source;                         /* every text above points into it */
    bool is_built_in;
    struct card_type *next;
};

/** One element that a verifier asks for. */
struct request_item {
    const char *name_space;
    const char *element;
    bool retain;                            /* intentToRetain */
};

/** What is asked of one docType; items of a namespace stand together. */
struct request_card {
    const char *doc_type;
    struct request_item *items;
    size_t n_items;
};

struct request_type {
    const char *name;
    struct label purpose;
    struct request_card *cards;             /* alternatives; the first is the default */
    size_t n_cards;
    json_t *source;                         /* every text above points into it */
    struct request_type *next;
};

/** Lists, newest first; walk them by `next`. Entries live until catalog_cleanup(). */
struct catalog {
    struct card_type *cards;
    struct request_type *requests;
};

/** Which part of a file was refused, such as
 *  "namespaces/org.example.1/height/max: must be an integer". May quote the file: term_print(). */
struct catalog_fault {
    char text[256];
};

/**
 * The card types and requests that are built into the tools.
 *
 * @retval OC_MEMORY
 * @retval OC_BUG     a built-in file is not of the format; `fault` says which
 */
enum oc_err catalog_init(struct catalog *c, struct catalog_fault *fault) OC_MUST_CHECK;

/** Releases everything; all zero afterwards. Twice is fine, and so is an all-zero struct. */
void catalog_cleanup(struct catalog *c);

/**
 * Add a card type or a request from the text of a JSON file, which is copied. One of the same
 * docType or name that was there is no longer found, so a user's file goes before a built-in one.
 *
 * @param fault   Optional; filled on error.
 * @retval OC_SYNTAX   not JSON as json_read() wants it
 * @retval OC_SHAPE    not the format
 * @retval OC_MEMORY
 */
enum oc_err catalog_add_card(struct catalog *c, struct bytes json, struct catalog_fault *fault) OC_MUST_CHECK;
enum oc_err catalog_add_request(struct catalog *c, struct bytes json, struct catalog_fault *fault) OC_MUST_CHECK;

/** All that is wrong with a card type's file: `n` lines, harmless for a terminal, each a place and
 *  what it breaks. */
struct catalog_faults {
    struct buf lines;
    size_t n;
};

/**
 * As catalog_add_card(), but every fault is listed: of a part that is refused, what else is wrong
 * in it, and of its neighbours.
 *
 * @param all  initialised here; release with buf_cleanup() of its lines
 */
enum oc_err catalog_check_card(struct catalog *c, struct bytes json, struct catalog_faults *all) OC_MUST_CHECK;

/** By docType, by name; NULL when there is none. Borrowed from the catalogue. */
const struct card_type *catalog_card(const struct catalog *c, const char *doc_type);
const struct request_type *catalog_request(const struct catalog *c, const char *name);

/** The same for text of a message, which has no NUL at its end. */
const struct card_type *catalog_card_of(const struct catalog *c, struct bytes doc_type);
const struct request_type *catalog_request_of(const struct catalog *c, struct bytes name);

/** The element of a card (not of its inputs), or NULL; also for a NULL `card`. */
const struct element *card_element(const struct card_type *card, struct bytes name_space, struct bytes name);

/** The field of a map, or NULL. */
const struct element *element_field(const struct element *map, struct bytes name);

/** The code that a text or a number stands for, or NULL. */
const struct element_code *element_code_of_text(const struct element *e, struct bytes text);
const struct element_code *element_code_of_number(const struct element *e, int64_t number);

/** The word schemas use for a kind, such as "full-date". Static. */
const char *element_kind_name(enum element_kind kind);

/** The same for a rule, such as "country"; "" for none. */
const char *element_rule_name(enum element_rule rule);

#endif
