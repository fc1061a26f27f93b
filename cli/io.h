/*
 * Files as whole byte strings: bounded reading, writing that happens altogether or not at all.
 *
 * A path that is NULL or "-" is standard input or output. Every function that returns an error
 * has said it, with the name of the file and the reason (cli/exit.h).
 */
#ifndef OWNCARD_CLI_IO_H
#define OWNCARD_CLI_IO_H

#include "core/buf.h"
#include "core/secret.h"

/** Flush the folder that holds `path` to the disk, so that what appeared in it or vanished from it
 *  survives a loss of power. `name` stands for it in messages. @retval OC_IO */
enum oc_err io_flush_folder(const char *path, const char *name) OC_MUST_CHECK;

/* What the bytes of an output are; flags. */
enum {
    IO_TEXT = 0,
    IO_BINARY = 1,      /* not to a terminal, unless "-" was said explicitly */
    IO_SECRET = 2,      /* mode 0600; others have 0644 less the umask */
    IO_REPLACE = 4,     /* may take the place of a file read in this run, as a vault does, or of
                           a private key */
    IO_FILE = 8,        /* to a file, not a pipe or a device */
};

/**
 * Read all of a file or of standard input.
 *
 * @param out  Initialised here with ceiling `max`; all zero on error. Release with buf_cleanup().
 *
 * @retval OC_LIMIT   longer than `max` bytes
 * @retval OC_IO      cannot be opened or read; a folder
 * @retval OC_MEMORY
 */
enum oc_err io_read(struct buf *out, const char *path, size_t max) OC_MUST_CHECK;

/**
 * Read a secret. A file that its group or others may read or write is refused (OC_IO), with the
 * chmod that helps as a hint; standard input has no such check.
 *
 * @param out  NULL on error; release with secret_free(). `max` is at most 64 KiB.
 */
enum oc_err io_read_secret(struct secret **out, const char *path, size_t max) OC_MUST_CHECK;

/** As io_read_secret(), but a file that others may use is warned about, not refused: for keys of
 *  sessions that are over, which people hand around to have something looked into. */
enum oc_err io_read_spent_secret(struct secret **out, const char *path, size_t max) OC_MUST_CHECK;

/** As io_read_secret(), from an open descriptor that `name` stands for in messages; not closed. */
enum oc_err io_read_secret_fd(struct secret **out, int fd, const char *name, size_t max)
    OC_MUST_CHECK;

/* A message of as many codes as there may be, and what goes beside them. */
enum { IO_OUTPUT_MAX = 260 };

/*
 * Outputs that appear together. All zero is an empty set, to which any number of add calls,
 * then one commit or abandon. Ends up all zero after either.
 */
struct io_output {
    struct io_pending *pending[IO_OUTPUT_MAX];
    size_t n;
};

/**
 * Prepare one output. A file is written to a temporary name in the same folder and flushed to
 * the disk; what goes to standard output, a pipe or a device is kept until the commit. Add when
 * all of the content is ready, since a signal leaves the temporary file behind.
 *
 * @param path  Borrowed for the call. A symbolic link is followed.
 * @param how   Flags of IO_TEXT…
 *
 * @retval OC_USAGE  the output is a file read in this run or one that holds a private key (both
 *                   without IO_REPLACE), a PEM file that would become something else, named
 *                   twice, no file (with IO_FILE), or binary would go to a terminal
 * @retval OC_LIMIT  more than IO_OUTPUT_MAX outputs
 * @retval OC_IO, OC_MEMORY
 */
enum oc_err io_output_add(struct io_output *o, const char *path, struct bytes data, unsigned how)
    OC_MUST_CHECK;

/**
 * Make all outputs appear: first pipes and standard output, then the files, each by a rename and
 * a flush of its folder. On error new files are taken away again and old ones stay as they were,
 * except that an old file already replaced stays so, and that what a pipe took is gone.
 *
 * @retval OC_IO
 */
enum oc_err io_output_commit(struct io_output *o) OC_MUST_CHECK;

/** Drop what was prepared; nothing appears. Does nothing after a commit. */
void io_output_abandon(struct io_output *o);

/** Whether an output could be added, told before its content is made; leaves nothing behind.
 *  @retval as io_output_add() */
enum oc_err io_try(const char *path, unsigned how) OC_MUST_CHECK;

/** One output alone: add and commit. */
enum oc_err io_write(const char *path, struct bytes data, unsigned how) OC_MUST_CHECK;

#endif
