/*
 * Lists of authorities: what a VICAL, of IACAs (ISO/IEC 18013-5, C.1.7), and a RICAL, of reader
 * CAs (second edition, F.3), have in common. Only trust_vical_verify() and trust_rical_verify()
 * make one; it is verified, holds copies only, and what it lists is fit to be believed.
 *
 * A list is not refused for one bad entry, since those in the field have some: it is skipped, and
 * said why.
 */
#ifndef OWNCARD_TRUST_LIST_H
#define OWNCARD_TRUST_LIST_H

#include "core/buf.h"
#include "trust/anchors.h"
#include "trust/status_lists.h"

enum {
    TRUST_LIST_BYTES_MAX = 8 << 20,
    TRUST_LIST_ENTRIES_MAX = TRUST_ANCHORS_MAX,     /* no more could be believed at once */
    TRUST_LIST_DOC_TYPES_MAX = 64,      /* of one entry */
};

/** One authority of a list. */
struct trust_list_entry {
    size_t index;               /* its place in certificateInfos, from 0 */
    struct x509_cert *certificate;  /* owned */
    struct bytes *doc_types;    /* owned array of views into the list; none in a RICAL */
    size_t doc_types_n;
    bool ski_is_extension;      /* its ski is the extension's value, 04 16 04 14 and then the
                                   identifier, as in the field; accepted */
};

/** An entry that is not used, and why; static text. */
struct trust_list_skipped {
    size_t index;
    const char *reason;
};

struct trust_list {
    struct buf bytes;           /* as signed; the views below point into it */
    struct bytes provider;
    int64_t date;
    bool has_issue_id, has_next_update, has_not_after;
    uint64_t issue_id;
    int64_t next_update, not_after;
    struct trust_list_entry *entries;   /* owned */
    size_t entries_n;
    struct trust_list_skipped *skipped; /* owned */
    size_t skipped_n;
    char signer[256];           /* subject of the signer's certificate, one line */
    struct x509_cert *root;     /* the one of the roots that vouched for it; owned */
    const char *broken_rule;    /* first rule of its profile that the signer breaks; NULL: none */
};

/** How a list is verified. */
struct trust_list_in {
    struct bytes message;       /* borrowed for the call */
    const struct trust_anchors *roots;      /* of the providers whom we believe */
    int64_t now;                /* seconds since 1970 */
    int64_t skew_s;             /* how far ahead of `now` the list may be dated */
    bool accept_profile;        /* let the signer's certificate depart from the ISO profile */
};

/** How old a list may be. */
struct trust_list_limits {
    int64_t max_age_s;          /* since its date; 0: no limit of ours */
    int64_t grace_s;            /* past nextUpdate, which real lists set to the next day */
    int64_t skew_s;             /* how far ahead of `now` it may be dated */
};

/**
 * How fresh a list is at `now`: VALID, or STALE past nextUpdate and the grace, past notAfter, past
 * max_age_s, or when nothing limits it; UNKNOWN when it is dated in the future.
 */
struct trust_status trust_list_freshness(const struct trust_list *list, int64_t now,
                                         struct trust_list_limits limits);

/** Whether `a` was issued after `b`, both of one provider: by date, then by issue number. */
bool trust_list_is_newer(const struct trust_list *a, const struct trust_list *b);

/** An authority to be listed. */
struct trust_list_item {
    const struct x509_cert *certificate;
    const char *const *doc_types;   /* NULL ends; a RICAL has none */
};

/** What is to be signed. */
struct trust_list_spec {
    const char *provider;
    int64_t date;
    uint64_t issue_id;              /* 0: left out */
    int64_t next_update, not_after; /* 0: left out */
    const struct trust_list_item *items;
    size_t items_n;
    const struct private_key *signer;
    struct x509_cert *const *chain; /* signer's certificate first, root left out */
    size_t chain_n;
};

#endif
