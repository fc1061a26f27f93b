/*
 * What a tool keeps between runs: where that lies, what is there, and that only one run at a
 * time changes it. Contents are read and written by cli/io.h. Every function that returns an
 * error has said it (cli/exit.h).
 */
#ifndef OWNCARD_CLI_STATE_H
#define OWNCARD_CLI_STATE_H

#include <stdbool.h>

#include "core/buf.h"

/** Make a folder, and those above it, mode 0700 where they are missing. @retval OC_IO */
enum oc_err state_folder(const char *path) OC_MUST_CHECK;

/**
 * The path of `name` in owncard's data folder, $XDG_DATA_HOME/owncard or, where that is unset or
 * relative, $HOME/.local/share/owncard. The folder that holds it is made.
 *
 * @param path  Initialised here, read with buf_text(); all zero on error.
 * @param name  May have folders in it, such as "verifier/anchors/iaca.pem".
 *
 * @retval OC_IO  no home is known, or a folder cannot be made
 */
enum oc_err state_path(struct buf *path, const char *name) OC_MUST_CHECK;

/** Whether it is known where the data folder is. */
bool state_has_home(void);

/** The same path, with nothing made. @retval OC_IO  no home is known */
enum oc_err state_where(struct buf *path, const char *name) OC_MUST_CHECK;

/** Whether something stands at `path`. Anything but a clear "no" is a yes. */
bool state_exists(const char *path);

/** Delete a file, for good: its folder is flushed. Its absence is an error. @retval OC_IO */
enum oc_err state_remove(const char *path) OC_MUST_CHECK;

/* The names in a folder; all zero is none. */
struct state_names {
    char **name;        /* n names without folder, sorted by bytes */
    size_t n;
};

/** List what ends in `ending` and does not start with a dot, folders left out. A missing folder is
 *  empty. */
enum oc_err state_names_init(struct state_names *out, const char *folder, const char *ending)
    OC_MUST_CHECK;
void state_names_cleanup(struct state_names *names);

/* An advisory lock; all zero is none. */
struct state_lock {
    bool held;
    int fd;
};

/**
 * Lock `path` against other runs by way of the file `path`.lock, which stays. Does not wait.
 * @retval OC_IO  in use by another process, or the lock file cannot be made
 */
enum oc_err state_lock(struct state_lock *lock, const char *path) OC_MUST_CHECK;
void state_unlock(struct state_lock *lock);

#endif
