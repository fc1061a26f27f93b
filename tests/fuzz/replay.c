/* Runs a target on files and on all files of folders, where libFuzzer is not linked in. */
#include <dirent.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

/* What libFuzzer offers custom mutators; nothing mutates here. */
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max);
size_t LLVMFuzzerMutate(uint8_t *p, size_t n, size_t max)
{
    (void)p;
    (void)max;
    return n;
}

static size_t run_file(const char *path)
{
    struct buf content = fuzz_buf();
    uint8_t chunk[4096], *exact;
    FILE *f = fopen(path, "rb");
    size_t n;

    hold(f != NULL);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&content, (struct bytes){ chunk, n });
    fclose(f);
    hold(buf_err(&content) == OC_OK);
    exact = malloc(content.n + 1);      /* no room beyond the end that would hide a read */
    hold(exact != NULL);
    if (content.n > 0)
        memcpy(exact, content.p, content.n);
    LLVMFuzzerTestOneInput(exact, content.n);
    free(exact);
    buf_cleanup(&content);
    return 1;
}

static size_t run_path(const char *path)
{
    struct dirent *entry;
    struct stat s;
    size_t runs = 0;
    DIR *folder;

    if (stat(path, &s) != 0 || !S_ISDIR(s.st_mode))
        return run_file(path);
    folder = opendir(path);
    hold(folder != NULL);
    while ((entry = readdir(folder)) != NULL) {
        char inner[4096];

        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            runs += run_file(inner);
    }
    closedir(folder);
    return runs;
}

int main(int argc, char **argv)
{
    size_t runs = 0;

    for (int i = 1; i < argc; i++)
        runs += run_path(argv[i]);
    printf("%s: %zu inputs\n", argv[0], runs);
    return 0;
}
