/* Where an issuer's registry lies, and what is in it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "issuer/authority.h"
#include "issuer/registry_query.h"

#define DATABASE_FILE "registry.db"
#define URL_FILE "registry.url"

/* What tells SQLite and PostgreSQL apart is named in capitals. */
#define TABLES(ID, INTEGER, BYTES, END) \
    "CREATE TABLE list (id " ID ", uri TEXT NOT NULL UNIQUE," \
    "  bits " INTEGER " NOT NULL CHECK (bits IN (1, 2)), size " INTEGER " NOT NULL," \
    "  used " INTEGER " NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND size)," \
    "  key " BYTES " NOT NULL)" END ";" \
    "CREATE TABLE batch (id " ID ", holder TEXT NOT NULL, doc_type TEXT NOT NULL," \
    "  valid_from " INTEGER " NOT NULL, valid_until " INTEGER " NOT NULL," \
    "  list " INTEGER " REFERENCES list (id), first " INTEGER ", copies " INTEGER " NOT NULL," \
    "  state " INTEGER " NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2))," \
    "  CHECK ((list IS NULL) = (first IS NULL)))" END ";" \
    "CREATE INDEX batch_of_holder ON batch (holder);" \
    "CREATE UNIQUE INDEX batch_at ON batch (list, first);"

static const struct db_schema schema = {
    .name = "owncard",
    .version = 1,
    .sqlite = TABLES("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER", "BLOB", " STRICT"),
    .postgres = TABLES("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "BYTEA", ""),
    .missing = "owncard-issuer status init first: it makes a status list and the registry",
};

enum oc_err registry_said(const struct registry *r, enum oc_err e)
{
    if (e == OC_OK)
        return OC_OK;
    fail_print(e, "%s: %s", r->name, db_fault(r->db));
    if (db_hint(r->db) != NULL)
        hint_print("%s", db_hint(r->db));
    return e;
}

enum oc_err registry_end(const struct registry *r, struct db_query *q)
{
    return registry_said(r, db_query_end(q));
}

void registry_text(char *out, size_t room, struct bytes text)
{
    snprintf(out, room, "%.*s", (int)text.n, text.n > 0 ? (const char *)text.p : "");
}

/* Whether the issuer's folder has a file, and its path. */
static enum oc_err find_file(bool *there, struct buf *path, const char *dir, const char *name)
{
    enum oc_err e = folder_path(path, dir, name);

    *there = e == OC_OK && state_exists(buf_text(path));
    return e;
}

/* It holds the keys that say which copies are one person's, or says where they are. */
static enum oc_err check_mode(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return errno == ENOENT ? OC_OK : fail_errno(path);
    if ((st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return OC_OK;
    fail_print(OC_IO, "%s: others may use it", path);
    hint_print("chmod 600 %s", path);
    return OC_IO;
}

/* The URL that status init has kept. */
static enum oc_err read_url(struct buf *url, const char *path)
{
    enum oc_err e = check_mode(path);

    if (e != OC_OK || (e = io_read(url, path, REGISTRY_URL_MAX + 1)) != OC_OK)
        return e;
    if (url->n > 0 && url->p[url->n - 1] == '\n')
        buf_truncate(url, url->n - 1);
    if (db_is_url(buf_text(url)) && strlen(buf_text(url)) == url->n)
        return OC_OK;
    return fail_print(OC_SHAPE, "%s: no line with a URL of postgresql://", path);
}

static enum oc_err check_option(const char *url)
{
    if (!db_is_url(url)) {
        fail_print(OC_USAGE, "--registry: not a URL of postgresql://");
        hint_print("without it, the registry is a file in the issuer's folder");
        return OC_USAGE;
    }
    if (strlen(url) > REGISTRY_URL_MAX)
        return fail_print(OC_USAGE, "--registry: longer than %d characters", REGISTRY_URL_MAX);
    for (const char *p = url; *p != '\0'; p++)
        if (*p <= ' ' || *p > '~')
            return fail_print(OC_USAGE, "--registry: not plain ASCII without blanks");
    return OC_OK;
}

/* An issuer has one registry: who looks in another revokes nothing there. */
static enum oc_err refuse_two(const char *database, const char *other)
{
    fail_print(OC_USAGE, "%s: the issuer's registry is this file, so it cannot be %s too", database,
               other);
    hint_print("put it aside only when the cards in it have ended");
    return OC_USAGE;
}

/* Path or URL of the registry: what the option says, else what is kept in the folder. */
static enum oc_err locate(struct buf *where, const char *dir, const char *url)
{
    bool has_file, has_url;
    struct buf database = { 0 }, kept = { 0 };
    enum oc_err e;

    buf_init(where, REGISTRY_URL_MAX + 1);
    if ((url != NULL && (e = check_option(url)) != OC_OK) ||
        (e = find_file(&has_file, &database, dir, DATABASE_FILE)) != OC_OK ||
        (e = find_file(&has_url, &kept, dir, URL_FILE)) != OC_OK)
        goto out;
    if (has_file && (url != NULL || has_url))
        e = refuse_two(buf_text(&database), url != NULL ? "--registry" : URL_FILE);
    else if (url != NULL)
        buf_add_str(where, url);
    else if (has_url)
        e = read_url(where, buf_text(&kept));
    else if ((e = check_mode(buf_text(&database))) == OC_OK)
        buf_take(where, &database);
    if (e == OC_OK && (e = buf_err(where)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
out:
    buf_cleanup(&kept);
    buf_cleanup(&database);
    return e;
}

enum oc_err registry_exists(bool *there, const char *dir)
{
    bool has_url = false;
    struct buf database = { 0 }, kept = { 0 };
    enum oc_err e = find_file(there, &database, dir, DATABASE_FILE);

    if (e == OC_OK && (e = find_file(&has_url, &kept, dir, URL_FILE)) == OC_OK)
        *there = *there || has_url;
    buf_cleanup(&kept);
    buf_cleanup(&database);
    return e;
}

enum oc_err registry_init(struct registry *out, const char *dir, const char *url, bool make)
{
    struct buf where = { 0 };
    enum oc_err e;

    *out = (struct registry){ 0 };
    if ((e = locate(&where, dir, url)) == OC_OK) {
        db_name(out->name, buf_text(&where));
        e = registry_said(out, db_open(&out->db, buf_text(&where), &schema, make));
    }
    buf_cleanup(&where);
    if (e != OC_OK)
        registry_cleanup(out);
    return e;
}

void registry_cleanup(struct registry *r)
{
    db_close(&r->db);
    *r = (struct registry){ 0 };
}

/* A second URL could lead to the same database, or to one where none of the cards is. */
static enum oc_err compare_url(const char *path, const char *url)
{
    struct buf kept = { 0 };
    enum oc_err e = read_url(&kept, path);

    if (e == OC_OK && !bytes_is(buf_view(&kept), url)) {
        e = fail_print(OC_USAGE, "%s: another URL than that of --registry is kept there", path);
        hint_print("if it is the same database by another way, change the file first");
    }
    buf_cleanup(&kept);
    return e;
}

enum oc_err registry_remember(const char *dir, const char *url)
{
    struct buf path = { 0 }, line;
    bool there;
    enum oc_err e;

    buf_init(&line, REGISTRY_URL_MAX + 1);
    buf_printf(&line, "%s\n", url);
    if ((e = find_file(&there, &path, dir, URL_FILE)) == OC_OK && there)
        e = compare_url(buf_text(&path), url);
    else if (e == OC_OK && (e = buf_err(&line)) != OC_OK)
        fail_print(e, "%s", oc_err_text(e));
    else if (e == OC_OK)
        e = io_write(buf_text(&path), buf_view(&line), IO_SECRET | IO_FILE);
    buf_cleanup(&line);
    buf_cleanup(&path);
    return e;
}

enum oc_err registry_begin(struct registry *r)
{
    return registry_said(r, db_begin(r->db));
}

enum oc_err registry_commit(struct registry *r)
{
    return registry_said(r, db_commit(r->db));
}
