#include "cli/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/state.h"
#include "tests/unit/tap.h"

/* Run `step` in a process of its own with standard error in the file "said"; its exit status. */
static int apart(enum oc_err (*step)(void))
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (freopen("said", "w", stderr) == NULL)
            _exit(99);
        status = exit_status(step());
        fflush(stderr);
        _exit(status);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *content(const char *path)
{
    static char text[4096];
    FILE *f = fopen(path, "r");

    if (f == NULL)
        return "(absent)";
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void put(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    fputs(text, f);
    fclose(f);
    chmod(path, mode);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static bool is_device(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISCHR(st.st_mode);
}

static size_t leftovers(void)
{
    DIR *d = opendir(".");
    struct dirent *entry;
    size_t n = 0;

    while ((entry = readdir(d)) != NULL)
        n += strstr(entry->d_name, ".tmp") != NULL;
    closedir(d);
    return n;
}

static enum oc_err read_missing(void)
{
    struct buf b;

    return io_read(&b, "no\nsuch", 10);
}

static enum oc_err read_folder(void)
{
    struct buf b;

    return io_read(&b, ".", 10);
}

static enum oc_err read_long(void)
{
    struct buf b;

    return io_read(&b, "ten", 9);
}

static void test_read(void)
{
    struct buf b;

    put("ten", "0123456789", 0644);
    ok(io_read(&b, "ten", 10) == OC_OK && bytes_is(buf_view(&b), "0123456789"),
       "a file as long as the ceiling is read");
    buf_cleanup(&b);
    ok(apart(read_long) == 3 &&
       strcmp(content("said"), "owncard-test: error: ten: longer than 9 bytes\n") == 0,
       "one byte more");
    ok(apart(read_missing) == 4 &&
       strcmp(content("said"), "owncard-test: error: no\\u{000A}such: No such file or directory\n") == 0,
       "a missing file, its name escaped");
    ok(apart(read_folder) == 4 && strstr(content("said"), ".: Is a directory") != NULL,
       "a folder");
}

static enum oc_err read_open_secret(void)
{
    struct secret *s;

    return io_read_secret(&s, "key", 100);
}

static void test_secret(void)
{
    struct secret *s = NULL;

    put("key", "hush", 0600);
    ok(io_read_secret(&s, "key", 4) == OC_OK && secret_equal(s, BYTES("hush")), "a private file is read");
    secret_free(&s);
    for (mode_t bit = 1; bit <= 040; bit <<= 1) {
        chmod("key", 0600 | bit);
        ok(apart(read_open_secret) == 4 && strstr(content("said"), "others may use") != NULL &&
           strstr(content("said"), "hint: chmod 600 key\n") != NULL,
           "mode %04o is refused", (unsigned)(0600 | bit));
    }
}

static enum oc_err overwrite_input(void)
{
    struct buf b;
    enum oc_err e = io_read(&b, "./ten", 100);

    buf_cleanup(&b);
    return e == OC_OK ? io_write("hard-link", BYTES("new"), IO_TEXT) : e;
}

static enum oc_err replace_input(void)
{
    struct buf b;
    enum oc_err e = io_read(&b, "vault", 100);

    buf_cleanup(&b);
    return e == OC_OK ? io_write("vault", BYTES("new"), IO_SECRET | IO_REPLACE) : e;
}

static enum oc_err write_over_folder(void)
{
    return io_write("folder", BYTES("x"), IO_TEXT);
}

static enum oc_err write_nowhere(void)
{
    return io_write("nowhere/file", BYTES("x"), IO_TEXT);
}

static enum oc_err write_dangling(void)
{
    return io_write("dangling", BYTES("x"), IO_TEXT);
}

static enum oc_err write_full(void)
{
    return io_write("/dev/full", BYTES("x"), IO_TEXT);
}

static void test_write(void)
{
    umask(022);
    ok(io_write("out", BYTES("one"), IO_TEXT) == OC_OK && strcmp(content("out"), "one") == 0 &&
       mode_of("out") == 0644, "a new file, mode 0644");
    ok(io_write("out", BYTES("two"), IO_SECRET) == OC_OK && strcmp(content("out"), "two") == 0 &&
       mode_of("out") == 0600, "replaced by a secret, mode 0600");

    put("ten", "0123456789", 0644);
    ok(link("ten", "hard-link") == 0 && apart(overwrite_input) == 2 &&
       strcmp(content("ten"), "0123456789") == 0, "an output that is the input");
    put("vault", "old", 0600);
    ok(apart(replace_input) == 0 && strcmp(content("vault"), "new") == 0, "a vault may be replaced");

    ok(mkdir("folder", 0700) == 0 && apart(write_over_folder) == 4, "a folder");
    ok(apart(write_nowhere) == 4 && strstr(content("said"), "nowhere/file: No such file") != NULL,
       "in a missing folder");
    ok(symlink("absent", "dangling") == 0 && apart(write_dangling) == 4, "a link to nothing");
    ok(symlink("out", "way") == 0 && io_write("way", BYTES("three"), IO_TEXT) == OC_OK &&
       strcmp(content("out"), "three") == 0 && readlink("way", (char[8]){ 0 }, 8) == 3,
       "a link is followed and stays");
    ok(io_write("/dev/null", BYTES("x"), IO_TEXT) == OC_OK && is_device("/dev/null"),
       "a device is written to, not replaced");
    ok(apart(write_full) == 4 && strstr(content("said"), "/dev/full: No space left") != NULL,
       "a full device");
    ok(leftovers() == 0, "no temporary file is left");
}

static enum oc_err commit_two_fail(void)
{
    struct io_output o = { 0 };
    enum oc_err e;

    if ((e = io_output_add(&o, "new", BYTES("n"), IO_TEXT)) != OC_OK ||
        (e = io_output_add(&o, "old", BYTES("n"), IO_TEXT)) != OC_OK ||
        (e = io_output_add(&o, "/dev/full", BYTES("n"), IO_TEXT)) != OC_OK) {
        io_output_abandon(&o);
        return OC_BUG;
    }
    return io_output_commit(&o);
}

/* The second target turns into a folder after it was examined: its rename fails. */
static enum oc_err commit_rename_fail(void)
{
    struct io_output o = { 0 };

    if (io_output_add(&o, "new", BYTES("n"), IO_TEXT) != OC_OK ||
        io_output_add(&o, "turns", BYTES("n"), IO_TEXT) != OC_OK || mkdir("turns", 0700) != 0)
        return OC_OK;
    return io_output_commit(&o);
}

static enum oc_err add_twice(void)
{
    struct io_output o = { 0 };
    enum oc_err e = io_output_add(&o, "new", BYTES("n"), IO_TEXT);

    if (e == OC_OK)
        e = io_output_add(&o, "./folder/../new", BYTES("n"), IO_TEXT);
    io_output_abandon(&o);
    return e;
}

static void test_several(void)
{
    struct io_output o = { 0 };

    put("old", "kept", 0644);
    ok(io_output_add(&o, "new", BYTES("n"), IO_TEXT) == OC_OK &&
       io_output_add(&o, "old", BYTES("n"), IO_TEXT) == OC_OK, "two outputs prepared");
    ok(!state_exists("new") && strcmp(content("old"), "kept") == 0, "nothing shows before the commit");
    io_output_abandon(&o);
    ok(!state_exists("new") && strcmp(content("old"), "kept") == 0 && leftovers() == 0,
       "abandoned without a trace");

    ok(apart(commit_two_fail) == 4 && !state_exists("new") && strcmp(content("old"), "kept") == 0 &&
       leftovers() == 0, "a failed commit leaves all as it was");
    ok(apart(commit_rename_fail) == 4 && !state_exists("new") && leftovers() == 0,
       "a failed rename takes the new file back");
    ok(apart(add_twice) == 2 && leftovers() == 0, "one file for two outputs");

    ok(io_output_add(&o, "new", BYTES("n1"), IO_TEXT) == OC_OK &&
       io_output_add(&o, "old", BYTES("n2"), IO_SECRET) == OC_OK && io_output_commit(&o) == OC_OK &&
       strcmp(content("new"), "n1") == 0 && strcmp(content("old"), "n2") == 0, "both appear together");
}

static enum oc_err lock_again(void)
{
    struct state_lock lock;

    return state_lock(&lock, "vault");
}

static enum oc_err no_home(void)
{
    struct buf path;

    unsetenv("HOME");
    setenv("XDG_DATA_HOME", "relative", 1);
    return state_path(&path, "x");
}

static enum oc_err folder_in_file(void)
{
    return state_folder("vault/below");
}

static void test_state(const char *here)
{
    struct state_lock lock = { 0 };
    struct state_names names;
    struct buf path, want;

    ok(state_lock(&lock, "vault") == OC_OK, "locked");
    ok(apart(lock_again) == 4 &&
       strcmp(content("said"), "owncard-test: error: vault: in use by another process\n") == 0,
       "not twice");
    state_unlock(&lock);
    ok(apart(lock_again) == 0, "free again");

    setenv("XDG_DATA_HOME", here, 1);
    buf_init(&want, 4096);
    buf_printf(&want, "%s/owncard/verifier/anchors/iaca.pem", here);
    ok(state_path(&path, "verifier/anchors/iaca.pem") == OC_OK &&
       strcmp(buf_text(&path), buf_text(&want)) == 0, "the data folder of XDG_DATA_HOME");
    ok(mode_of("owncard/verifier/anchors") == 0700 && mode_of("owncard") == 0700, "made with mode 0700");
    buf_cleanup(&path);
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("HOME", here, 1);
    ok(state_path(&path, "vault") == OC_OK && mode_of(".local/share/owncard") == 0700,
       "a relative XDG_DATA_HOME does not count");
    buf_cleanup(&path);
    buf_cleanup(&want);
    ok(apart(no_home) == 4, "no home");
    ok(apart(folder_in_file) == 4 && strstr(content("said"), "Not a directory") != NULL, "a file in the way");

    put("folder/b.pem", "", 0644);
    put("folder/a.pem", "", 0644);
    put("folder/c.txt", "", 0644);
    put("folder/.d.pem", "", 0644);
    ok(state_names_init(&names, "folder", ".pem") == OC_OK && names.n == 2 &&
       strcmp(names.name[0], "a.pem") == 0 && strcmp(names.name[1], "b.pem") == 0, "names, sorted");
    state_names_cleanup(&names);
    ok(state_names_init(&names, "absent", "") == OC_OK && names.n == 0, "a missing folder is empty");
    ok(state_remove("folder/a.pem") == OC_OK && !state_exists("folder/a.pem"), "removed");
}

int main(void)
{
    char folder[] = "/tmp/owncard-io-XXXXXX", command[64];

    if (secret_pool_init() != OC_OK || mkdtemp(folder) == NULL || chdir(folder) != 0)
        return EXIT_FAILURE;
    fail_tool("owncard-test");
    test_read();
    test_secret();
    test_write();
    test_several();
    test_state(folder);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ok(chdir("/") == 0 && system(command) == 0, "cleaned up");
    return done();
}
