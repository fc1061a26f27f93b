#include "cli/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/exit.h"

enum { CHUNK = 16384 };

struct io_pending {
    char *name;             /* as it was given, for messages */
    char *target;           /* the real path of a file; NULL: `content` is written at the commit */
    char *temporary;        /* NULL before it is made and after it was renamed */
    struct buf content;
    bool is_stdout, is_new, in_place;
};

static bool is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

static enum oc_err no_memory(const char *name)
{
    return fail_print(OC_MEMORY, "%s: %s", name, oc_err_text(OC_MEMORY));
}

/* The files read in this run, which outputs must not overwrite. */
static struct { dev_t device; ino_t inode; } *inputs;
static size_t inputs_n;

static enum oc_err input_remember(int fd, const char *name)
{
    struct stat st;
    void *grown;

    if (fstat(fd, &st) != 0)
        return fail_errno(name);
    if (!S_ISREG(st.st_mode))
        return OC_OK;
    grown = realloc(inputs, (inputs_n + 1) * sizeof *inputs);
    if (grown == NULL)
        return no_memory(name);
    inputs = grown;
    inputs[inputs_n].device = st.st_dev;
    inputs[inputs_n++].inode = st.st_ino;
    return OC_OK;
}

static bool is_input(const struct stat *st)
{
    for (size_t i = 0; i < inputs_n; i++)
        if (inputs[i].device == st->st_dev && inputs[i].inode == st->st_ino)
            return true;
    return false;
}

/* read() that goes on after a signal. */
static ssize_t read_some(int fd, void *p, size_t n)
{
    ssize_t got;

    do
        got = read(fd, p, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static enum oc_err too_long(const char *name, size_t max)
{
    return fail_print(OC_LIMIT, "%s: longer than %zu bytes", name, max);
}

static enum oc_err read_all(struct buf *out, int fd, const char *name, size_t max)
{
    uint8_t chunk[CHUNK];
    ssize_t got;

    while ((got = read_some(fd, chunk, sizeof chunk)) > 0 && buf_err(out) == OC_OK)
        buf_add(out, (struct bytes){ chunk, (size_t)got });
    secret_wipe(chunk, sizeof chunk);
    if (got < 0)
        return fail_errno(name);
    if (buf_err(out) == OC_LIMIT)
        return too_long(name, max);
    return buf_err(out) == OC_OK ? OC_OK : no_memory(name);
}

enum oc_err io_read(struct buf *out, const char *path, size_t max)
{
    const char *name = is_standard(path) ? "standard input" : path;
    int fd = is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    enum oc_err e;

    buf_init(out, max);
    if (fd < 0)
        return fail_errno(name);
    if ((e = input_remember(fd, name)) == OC_OK)
        e = read_all(out, fd, name, max);
    if (fd != STDIN_FILENO)
        close(fd);
    if (e != OC_OK)
        buf_cleanup(out);
    return e;
}

enum oc_err io_read_secret_fd(struct secret **out, int fd, const char *name, size_t max)
{
    struct secret *room = secret_new(max + 1);      /* one more, to see what is too long */
    enum oc_err e = OC_OK;
    size_t n = 0;
    ssize_t got = 0;

    *out = NULL;
    if (room == NULL)
        return no_memory(name);
    while (n <= max && (got = read_some(fd, secret_fill(room) + n, max + 1 - n)) > 0)
        n += (size_t)got;
    if (got < 0)
        e = fail_errno(name);
    else if (n > max)
        e = too_long(name, max);
    else if ((*out = secret_copy((struct bytes){ secret_view(room).p, n })) == NULL)
        e = no_memory(name);
    secret_free(&room);
    return e;
}

/* `spent`: only warn. */
static enum oc_err check_private(int fd, const char *path, bool spent)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return fail_errno(path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) == 0)
        return OC_OK;
    if (spent) {
        warn_print("%s: a secret that others may use (mode %04o)", path,
                   (unsigned)(st.st_mode & 07777));
        return OC_OK;
    }
    if (!fail_said()) {
        fail_print(OC_IO, "%s: a secret that others may use (mode %04o)", path,
                   (unsigned)(st.st_mode & 07777));
        hint_print("chmod 600 %s", path);
    }
    return OC_IO;
}

static enum oc_err read_secret(struct secret **out, const char *path, size_t max, bool spent)
{
    enum oc_err e;
    int fd;

    *out = NULL;
    if (is_standard(path))
        return io_read_secret_fd(out, STDIN_FILENO, "standard input", max);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(path);
    if ((e = check_private(fd, path, spent)) == OC_OK && (e = input_remember(fd, path)) == OC_OK)
        e = io_read_secret_fd(out, fd, path, max);
    close(fd);
    return e;
}

enum oc_err io_read_secret(struct secret **out, const char *path, size_t max)
{
    return read_secret(out, path, max, false);
}

enum oc_err io_read_spent_secret(struct secret **out, const char *path, size_t max)
{
    return read_secret(out, path, max, true);
}

static enum oc_err write_all(int fd, struct bytes data, const char *name)
{
    while (data.n > 0) {
        ssize_t put = write(fd, data.p, data.n);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return fail_errno(name);
        data.p += put;
        data.n -= (size_t)put;
    }
    return OC_OK;
}

static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = malloc(n);

    if (path != NULL)
        snprintf(path, n, "%s/%s", folder, name);
    return path;
}

/* The folder of `path`, to be freed; *base points at the last part inside `path`. */
static char *folder_of(const char *path, const char **base)
{
    const char *slash = strrchr(path, '/');

    *base = slash == NULL ? path : slash + 1;
    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static void pending_free(struct io_pending *p)
{
    if (p->temporary != NULL)
        unlink(p->temporary);
    free(p->name);
    free(p->target);
    free(p->temporary);
    buf_cleanup(&p->content);
    free(p);
}

/* The real path of a file that need not exist yet; NULL with errno set. */
static char *real_target(const char *path, bool exists)
{
    const char *base;
    char *folder, *real, *target = NULL;

    if (exists)
        return realpath(path, NULL);
    folder = folder_of(path, &base);
    real = folder == NULL ? NULL : realpath(folder, NULL);
    if (real != NULL && *base == '\0')
        errno = EISDIR;
    else if (real != NULL)
        target = join(real, base);
    free(folder);
    free(real);
    return target;
}

/* Find out what `path` is and refuse what must not be written. */
static enum oc_err pending_settle(struct io_pending *p, const char *path, unsigned how)
{
    struct stat st = { 0 };
    bool exists, link;

    if (is_standard(path)) {
        p->is_stdout = true;
        if (path == NULL && (how & IO_BINARY) && isatty(STDOUT_FILENO)) {
            fail_print(OC_USAGE, "binary data would go to the terminal");
            hint_print("name a file with -o FILE, or say -o - if this is meant");
            return OC_USAGE;
        }
        exists = fstat(STDOUT_FILENO, &st) == 0;
    } else {
        exists = stat(path, &st) == 0;
        link = !exists && errno == ENOENT && lstat(path, &st) == 0;
        if (link || (!exists && errno != ENOENT))
            return fail_print(OC_IO, "%s: %s", path, link ? "a link to nothing" : strerror(errno));
    }
    if (exists && S_ISDIR(st.st_mode))
        return fail_print(OC_IO, "%s: %s", p->name, strerror(EISDIR));
    if (exists && is_input(&st) && !(how & IO_REPLACE))
        return fail_print(OC_USAGE, "%s: the output is a file that was read", p->name);
    if (p->is_stdout || (exists && !S_ISREG(st.st_mode)))
        return OC_OK;
    p->is_new = !exists;
    p->target = real_target(path, exists);
    return p->target != NULL ? OC_OK : fail_errno(p->name);
}

/* A new file in the folder of the target, under a name nobody uses. */
static int temporary_open(struct io_pending *p, mode_t mode)
{
    const char *base;
    char *folder = folder_of(p->target, &base), name[64];
    int fd = -1;

    for (unsigned i = 0; folder != NULL && i < 100; i++) {
        snprintf(name, sizeof name, ".owncard-%ld-%u.tmp", (long)getpid(), i);
        p->temporary = join(folder, name);
        if (p->temporary == NULL)
            break;
        fd = open(p->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0)
            break;
        free(p->temporary);
        p->temporary = NULL;
        if (errno != EEXIST)
            break;
    }
    free(folder);
    return fd;
}

static enum oc_err pending_fill(struct io_pending *p, struct bytes data, unsigned how)
{
    enum oc_err e;
    int fd;

    if (p->target == NULL) {
        buf_init(&p->content, data.n);
        buf_add(&p->content, data);
        return buf_err(&p->content) == OC_OK ? OC_OK : no_memory(p->name);
    }
    fd = temporary_open(p, how & IO_SECRET ? 0600 : 0644);
    if (fd < 0)
        return fail_errno(p->name);
    e = write_all(fd, data, p->name);
    if (e == OC_OK && fsync(fd) != 0)
        e = fail_errno(p->name);
    if (close(fd) != 0 && e == OC_OK)
        e = fail_errno(p->name);
    return e;
}

static bool named_twice(const struct io_output *o, const struct io_pending *p)
{
    for (size_t i = 0; i < o->n; i++) {
        const struct io_pending *other = o->pending[i];

        if (p->is_stdout && other->is_stdout)
            return true;
        if (p->target != NULL && other->target != NULL && strcmp(p->target, other->target) == 0)
            return true;
    }
    return false;
}

static bool holds(struct bytes text, const char *what)
{
    size_t n = strlen(what);

    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, what, n) == 0)
            return true;
    return false;
}

/* A slip of the hand must not cost anybody a key or a root certificate. */
static enum oc_err guard_keys(const struct io_pending *p, struct bytes data)
{
    uint8_t start[CHUNK];
    ssize_t n;
    int fd;

    if (p->target == NULL || p->is_new)
        return OC_OK;
    fd = open(p->target, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return OC_OK;           /* what cannot be read is not known to be a key */
    n = read_some(fd, start, sizeof start);
    close(fd);
    if (n > 0 && holds((struct bytes){ start, (size_t)n }, "PRIVATE KEY-----")) {
        fail_print(OC_USAGE, "%s: holds a private key, which is not overwritten", p->name);
        hint_print("delete it first if that is meant");
    } else if (n > 0 && holds((struct bytes){ start, (size_t)n }, "-----BEGIN ") &&
               !holds(data, "-----BEGIN ")) {
        fail_print(OC_USAGE, "%s: holds PEM, which is not overwritten by something else", p->name);
    } else {
        secret_wipe(start, sizeof start);
        return OC_OK;
    }
    secret_wipe(start, sizeof start);
    return OC_USAGE;
}

enum oc_err io_output_add(struct io_output *o, const char *path, struct bytes data, unsigned how)
{
    const char *name = is_standard(path) ? "standard output" : path;
    struct io_pending *p;
    enum oc_err e;

    if (o->n == IO_OUTPUT_MAX)
        return fail_print(OC_LIMIT, "%s: more than %d outputs", name, IO_OUTPUT_MAX);
    p = calloc(1, sizeof *p);
    if (p == NULL || (p->name = strdup(name)) == NULL) {
        free(p);
        return no_memory(name);
    }
    e = pending_settle(p, path, how);
    if (e == OC_OK && (how & IO_FILE) && p->target == NULL)
        e = fail_print(OC_USAGE, "%s: expected a file", name);
    if (e == OC_OK && !(how & IO_REPLACE))
        e = guard_keys(p, data);
    if (e == OC_OK && named_twice(o, p))
        e = fail_print(OC_USAGE, "%s: named for two outputs", name);
    if (e == OC_OK)
        e = pending_fill(p, data, how);
    if (e != OC_OK) {
        pending_free(p);
        return e;
    }
    o->pending[o->n++] = p;
    return OC_OK;
}

enum oc_err io_flush_folder(const char *path, const char *name)
{
    const char *base;
    char *folder = folder_of(path, &base);
    int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* EINVAL: a file system that has no such flush. */
    bool flushed = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    enum oc_err e = flushed ? OC_OK : fail_errno(name);

    if (fd >= 0)
        close(fd);
    free(folder);
    return e;
}

static enum oc_err pending_commit(struct io_pending *p)
{
    enum oc_err e;
    int fd;

    if (p->target != NULL) {
        if (rename(p->temporary, p->target) != 0)
            return fail_errno(p->name);
        free(p->temporary);
        p->temporary = NULL;
        p->in_place = true;
        return io_flush_folder(p->target, p->name);
    }
    if (p->is_stdout) {
        if (fflush(stdout) != 0)
            return fail_errno(p->name);
        return write_all(STDOUT_FILENO, buf_view(&p->content), p->name);
    }
    fd = open(p->name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(p->name);
    e = write_all(fd, buf_view(&p->content), p->name);
    close(fd);
    return e;
}

enum oc_err io_output_commit(struct io_output *o)
{
    enum oc_err e = OC_OK;

    for (int files = 0; files <= 1; files++)
        for (size_t i = 0; i < o->n && e == OC_OK; i++)
            if ((o->pending[i]->target != NULL) == files)
                e = pending_commit(o->pending[i]);
    for (size_t i = 0; i < o->n && e != OC_OK; i++)
        if (o->pending[i]->in_place && o->pending[i]->is_new && o->pending[i]->target != NULL)
            unlink(o->pending[i]->target);
    io_output_abandon(o);
    return e;
}

void io_output_abandon(struct io_output *o)
{
    for (size_t i = 0; i < o->n; i++)
        pending_free(o->pending[i]);
    *o = (struct io_output){ 0 };
}

enum oc_err io_try(const char *path, unsigned how)
{
    struct io_output nothing = { .n = 0 };
    enum oc_err e = io_output_add(&nothing, path, BYTES(""), how);

    io_output_abandon(&nothing);
    return e;
}

enum oc_err io_write(const char *path, struct bytes data, unsigned how)
{
    struct io_output o = { 0 };
    enum oc_err e = io_output_add(&o, path, data, how);

    return e == OC_OK ? io_output_commit(&o) : e;
}
