#include "cli/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/io.h"

enum { NAMES_MAX = 1 << 20, PATH_BYTES_MAX = 4096 };

static enum oc_err no_memory(const char *name)
{
    return fail_print(OC_MEMORY, "%s: %s", name, oc_err_text(OC_MEMORY));
}

enum oc_err state_folder(const char *path)
{
    char *part = strdup(path);
    struct stat st;
    bool made = part != NULL && *part != '\0';

    errno = part == NULL ? ENOMEM : ENOENT;
    for (char *slash = part; made && slash != NULL;) {
        slash = strchr(slash + 1, '/');
        if (slash != NULL)
            *slash = '\0';
        made = mkdir(part, 0700) == 0 || errno == EEXIST;
        if (slash != NULL)
            *slash = '/';
    }
    free(part);
    if (!made)
        return fail_errno(path);
    if (stat(path, &st) != 0)
        return fail_errno(path);
    return S_ISDIR(st.st_mode) ? OC_OK : fail_print(OC_IO, "%s: %s", path, strerror(ENOTDIR));
}

/* What the environment names, when it is a full path; else NULL. */
static const char *full_path(const char *variable)
{
    const char *path = getenv(variable);

    return path != NULL && *path == '/' ? path : NULL;
}

bool state_has_home(void)
{
    return full_path("XDG_DATA_HOME") != NULL || full_path("HOME") != NULL;
}

enum oc_err state_where(struct buf *path, const char *name)
{
    const char *data = full_path("XDG_DATA_HOME"), *home = full_path("HOME");
    enum oc_err e = OC_OK;

    buf_init(path, PATH_BYTES_MAX);
    if (data != NULL)
        buf_printf(path, "%s/owncard/%s", data, name);
    else if (home != NULL)
        buf_printf(path, "%s/.local/share/owncard/%s", home, name);
    if (buf_err(path) != OC_OK)
        e = fail_print(OC_IO, "%s: the path of the data folder is too long", name);
    else if (path->n == 0)
        e = fail_print(OC_IO, "no data folder: neither XDG_DATA_HOME nor HOME is a full path");
    if (e != OC_OK)
        buf_cleanup(path);
    return e;
}

enum oc_err state_path(struct buf *path, const char *name)
{
    char *folder;
    enum oc_err e = state_where(path, name);

    if (e != OC_OK)
        return e;
    if ((folder = strdup(buf_text(path))) == NULL) {
        e = no_memory(name);
    } else {
        *strrchr(folder, '/') = '\0';
        e = state_folder(folder);
        free(folder);
    }
    if (e != OC_OK)
        buf_cleanup(path);
    return e;
}

bool state_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

enum oc_err state_remove(const char *path)
{
    return unlink(path) == 0 ? io_flush_folder(path, path) : fail_errno(path);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);

    return n >= m && strcmp(name + n - m, ending) == 0;
}

static enum oc_err names_add(struct state_names *out, const char *name, const char *folder)
{
    char **grown;

    if (out->n == NAMES_MAX)
        return fail_print(OC_LIMIT, "%s: more than %d files", folder, NAMES_MAX);
    grown = realloc(out->name, (out->n + 1) * sizeof *grown);
    if (grown == NULL)
        return no_memory(folder);
    out->name = grown;
    out->name[out->n] = strdup(name);
    if (out->name[out->n] == NULL)
        return no_memory(folder);
    out->n++;
    return OC_OK;
}

static bool is_folder(int in, const char *name)
{
    struct stat found;

    return fstatat(in, name, &found, 0) == 0 && S_ISDIR(found.st_mode);
}

enum oc_err state_names_init(struct state_names *out, const char *folder, const char *ending)
{
    DIR *d = opendir(folder);
    struct dirent *entry;
    enum oc_err e = OC_OK;

    *out = (struct state_names){ 0 };
    if (d == NULL)
        return errno == ENOENT ? OC_OK : fail_errno(folder);
    while (e == OC_OK && (errno = 0, entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.' && ends_with(entry->d_name, ending) &&
            !is_folder(dirfd(d), entry->d_name))
            e = names_add(out, entry->d_name, folder);
    if (e == OC_OK && errno != 0)
        e = fail_errno(folder);
    closedir(d);
    if (e != OC_OK)
        state_names_cleanup(out);
    else if (out->n > 0)
        qsort(out->name, out->n, sizeof *out->name, compare_names);
    return e;
}

void state_names_cleanup(struct state_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->name[i]);
    free(names->name);
    *names = (struct state_names){ 0 };
}

enum oc_err state_lock(struct state_lock *lock, const char *path)
{
    struct buf name;
    enum oc_err e = OC_OK;
    int fd;

    *lock = (struct state_lock){ 0 };
    buf_init(&name, PATH_BYTES_MAX);
    buf_printf(&name, "%s.lock", path);
    fd = open(buf_text(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        e = fail_errno(buf_text(&name));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        e = errno == EWOULDBLOCK ? fail_print(OC_IO, "%s: in use by another process", path)
                                 : fail_errno(buf_text(&name));
        close(fd);
    } else {
        *lock = (struct state_lock){ .held = true, .fd = fd };
    }
    buf_cleanup(&name);
    return e;
}

void state_unlock(struct state_lock *lock)
{
    if (lock->held)
        close(lock->fd);
    *lock = (struct state_lock){ 0 };
}
