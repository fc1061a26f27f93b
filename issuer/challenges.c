#include "issuer/challenges.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "core/text.h"
#include "crypto/random.h"
#include "issuer/authority.h"

#define FOLDER "challenges"

static enum oc_err file_path(struct buf *path, const char *dir, const char *name)
{
    char under[sizeof FOLDER + CHALLENGE_HEX_N + 1];

    snprintf(under, sizeof under, "%s/%s", FOLDER, name);
    return folder_path(path, dir, under);
}

/* Only names that challenge_make() gives can come out, whatever the bytes are. */
static enum oc_err challenge_path(struct buf *path, struct bytes challenge, const char *dir)
{
    struct buf hex;
    enum oc_err e;

    if (challenge.n != CHALLENGE_N) {
        *path = (struct buf){ 0 };
        return fail_print(OC_REFUSED, "the challenge in the key proofs is not one of ours");
    }
    buf_init(&hex, CHALLENGE_HEX_N);
    hex_write(&hex, challenge);
    e = file_path(path, dir, buf_text(&hex));
    buf_cleanup(&hex);
    return e;
}

/* An expired file that cannot be looked at or removed is left: it does not serve either way. */
static enum oc_err sweep(const char *dir, const char *folder, int64_t now)
{
    struct state_names names;
    enum oc_err e = state_names_init(&names, folder, "");

    for (size_t i = 0; e == OC_OK && i < names.n; i++) {
        struct buf path;
        struct stat st;

        if (strlen(names.name[i]) != CHALLENGE_HEX_N)
            continue;
        e = file_path(&path, dir, names.name[i]);
        if (e == OC_OK && stat(buf_text(&path), &st) == 0 && now - st.st_mtime >= CHALLENGE_LIFE_S)
            unlink(buf_text(&path));
        buf_cleanup(&path);
    }
    state_names_cleanup(&names);
    return e;
}

static enum oc_err make_file(const char *path, int64_t now)
{
    const struct timespec times[2] = { { .tv_sec = (time_t)now }, { .tv_sec = (time_t)now } };
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail_errno(path);
    if (futimens(fd, times) != 0 || fsync(fd) != 0) {
        enum oc_err e = fail_errno(path);

        close(fd);
        unlink(path);
        return e;
    }
    close(fd);
    return OC_OK;
}

enum oc_err challenge_make(struct buf *hex, const char *dir, int64_t now)
{
    struct buf folder = { 0 }, path = { 0 };
    uint8_t challenge[CHALLENGE_N];
    enum oc_err e = random_bytes(challenge, sizeof challenge);

    if (e != OC_OK)
        return fail_print(e, "%s", oc_err_text(e));
    hex_write(hex, BYTES_OF(challenge));
    if ((e = authority_exists(dir, "ds")) == OC_OK &&
        (e = folder_path(&folder, dir, FOLDER)) == OC_OK &&
        (e = state_folder(buf_text(&folder))) == OC_OK &&
        (e = sweep(dir, buf_text(&folder), now)) == OC_OK &&
        (e = challenge_path(&path, BYTES_OF(challenge), dir)) == OC_OK)
        e = make_file(buf_text(&path), now);
    buf_cleanup(&path);
    buf_cleanup(&folder);
    return e;
}

enum oc_err challenge_check(struct bytes challenge, const char *dir, int64_t now)
{
    struct buf path;
    struct stat st;
    enum oc_err e = challenge_path(&path, challenge, dir);

    if (e != OC_OK)
        return e;
    if (stat(buf_text(&path), &st) != 0)
        e = errno == ENOENT ? fail_print(OC_REFUSED, "the challenge in the key proofs is not one "
                                                     "of ours, was used already or is too old")
                            : fail_errno(buf_text(&path));
    else if (now - st.st_mtime >= CHALLENGE_LIFE_S)
        e = fail_print(OC_EXPIRED, "the challenge in the key proofs was made over 24 hours ago");
    if (e == OC_REFUSED || e == OC_EXPIRED)
        hint_print("owncard-issuer challenge makes one; the holder proves the keys anew");
    buf_cleanup(&path);
    return e;
}

enum oc_err challenge_claim(struct bytes challenge, const char *dir)
{
    struct buf path;
    enum oc_err e = challenge_path(&path, challenge, dir);

    if (e != OC_OK)
        return e;
    if (unlink(buf_text(&path)) == 0)
        e = io_flush_folder(buf_text(&path), buf_text(&path));
    else
        e = errno == ENOENT ? fail_print(OC_REFUSED, "another run has just used the challenge")
                            : fail_errno(buf_text(&path));
    buf_cleanup(&path);
    return e;
}
