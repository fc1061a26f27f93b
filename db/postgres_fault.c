#include <string.h>

#include "db/postgres.h"

#define LOST "the connection to the server was lost"
#define AGAIN "nothing is half done: run it again"

/* By the start of the SQLSTATE; the first that fits. Without words the server's are said. */
static const struct reason {
    const char *state;
    enum oc_err e;
    const char *words, *hint;
} reasons[] = {
    { "08P01", OC_BUG, NULL, NULL },        /* parameters that the statement has not */
    { "08", OC_IO, LOST, AGAIN },
    { "57P", OC_IO, LOST, AGAIN },
    { "40", OC_IO, "another process changed the same at the same time", AGAIN },
    { "55P03", OC_IO, "in use by another process", NULL },
    { "23", OC_REFUSED, NULL, NULL },
    { "42501", OC_IO, NULL, "the role must own the schema, or be given rights to it" },
    { "25006", OC_IO, NULL, "it takes a server, and a role, that may write" },
    { "25P02", OC_IO, NULL, NULL },
    { "42P01", OC_SHAPE, NULL, NULL },      /* no such table */
    { "42703", OC_SHAPE, NULL, NULL },      /* no such column */
    { "22", OC_BUG, NULL, NULL },
    { "42", OC_BUG, NULL, NULL },
    { "53200", OC_MEMORY, NULL, NULL },
    { "XX001", OC_SHAPE, NULL, NULL },
    { "XX002", OC_SHAPE, NULL, NULL },
    { "", OC_IO, NULL, NULL },
};

/* libpq's words go over several lines, each about one address that was tried. */
static enum oc_err say_line(struct db *db, enum oc_err e, const char *hint, const char *words)
{
    return db_fail(db, e, hint, "%.*s", (int)strcspn(words, "\n"), words);
}

enum oc_err postgres_no_connection(struct db *db)
{
    const char *hint = PQconnectionNeedsPassword(db->connection)
        ? "libpq takes the password from ~/.pgpass, the file that PGPASSFILE names, or a service "
          "file"
        : "the server must run there, and psql must be able to connect with the same URL";

    return say_line(db, OC_IO, hint, PQerrorMessage(db->connection));
}

enum oc_err postgres_result(struct db *db, const PGresult *result, bool is_commit)
{
    const ExecStatusType status = PQresultStatus(result);
    const struct reason *r = reasons;
    const char *state, *words;

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return OC_OK;
    if (PQstatus(db->connection) == CONNECTION_BAD && is_commit)
        return db_fail(db, OC_IO, "look before running it again",
                       LOST " while it made the changes last: it has made all of them, or none");
    if (PQstatus(db->connection) == CONNECTION_BAD)
        return db_fail(db, OC_IO, AGAIN, LOST);
    state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state == NULL || words == NULL)
        return say_line(db, OC_IO, NULL, PQerrorMessage(db->connection));
    while (strncmp(r->state, state, strlen(r->state)) != 0)
        r++;
    return say_line(db, r->e, r->hint, r->words != NULL ? r->words : words);
}
