/* What each database does for db/db.c; of its functions the errors are those of db/db.h. */
#ifndef OWNCARD_DB_DRIVER_H
#define OWNCARD_DB_DRIVER_H

#include "db/db.h"

/* A parameter; of text and bytes p NULL is SQL's null. Borrowed for the call. */
struct db_value {
    enum { DB_INT, DB_TEXT, DB_BYTES } kind;
    int64_t number;
    struct bytes bytes;
};

struct db_driver {
    /* Connect, and hold or make the schema. */
    enum oc_err (*open)(struct db *db, const char *where, const struct db_schema *schema,
                        bool make);
    void (*close)(struct db *db);
    const char *begin;          /* the SQL that begins a transaction */
    /* Statements without parameters and rows, and "COMMIT", which is an error where nothing was. */
    enum oc_err (*run)(struct db *db, const char *sql);

    /* A statement, and its parts. `number` is from 1. */
    enum oc_err (*prepare)(void **statement, struct db *db, const char *sql);
    enum oc_err (*put)(struct db *db, void *statement, int number, const struct db_value *value);
    enum oc_err (*next)(struct db *db, void *statement, bool *is_row);
    enum oc_err (*get_int)(struct db *db, void *statement, int column, int64_t *out);
    struct bytes (*get_bytes)(void *statement, int column);
    enum oc_err (*reset)(struct db *db, void *statement);   /* to be put and carried out again */
    void (*release)(void *statement);
};

extern const struct db_driver db_sqlite, db_postgres;

struct db {
    const struct db_driver *driver;
    void *connection;           /* the driver's */
    struct db_kept *kept;       /* statements, by their text */
    bool has_failed;            /* a statement since db_begin() */
    const char *hint;
    char fault[256];
};

/** Note what failed. @return `e` */
enum oc_err db_fail(struct db *db, enum oc_err e, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** The one number that a statement without parameters gives; 0 when it has no row. */
enum oc_err db_read_int(struct db *db, const char *sql, int64_t *out) OC_MUST_CHECK;

/** Compare the version that was found. @retval OC_SHAPE  another one */
enum oc_err db_check_version(struct db *db, const struct db_schema *schema,
                             int64_t found) OC_MUST_CHECK;

#endif
