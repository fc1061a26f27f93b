/* What the files of the registry share. */
#ifndef OWNCARD_ISSUER_REGISTRY_QUERY_H
#define OWNCARD_ISSUER_REGISTRY_QUERY_H

#include "db/db.h"
#include "issuer/registry.h"

/** Say what the database says, once. @return `e` */
enum oc_err registry_said(const struct registry *r, enum oc_err e);

/** End a query, saying what failed. */
enum oc_err registry_end(const struct registry *r, struct db_query *q) OC_MUST_CHECK;

/** Copy a column, cut to fit. */
void registry_text(char *out, size_t room, struct bytes text);

/** The list of this URI; id 0: none. `out` must be all zero. */
enum oc_err registry_list_find(struct registry_list *out, struct registry *r,
                               const char *uri) OC_MUST_CHECK;

#endif
