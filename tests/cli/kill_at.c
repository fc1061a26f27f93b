/*
 * Killed at a moment of one's choosing: preloaded before a tool, this counts the calls by which it
 * changes files, and ends it at the one that KILL_AT names: half way through a write, before any
 * other.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool is_the_one(void)
{
    static int n;
    const char *at = getenv("KILL_AT");

    return at != NULL && ++n == atoi(at);
}

ssize_t write(int fd, const void *data, size_t n)
{
    ssize_t (*real)(int, const void *, size_t);
    bool last = is_the_one();
    ssize_t put;

    *(void **)&real = dlsym(RTLD_NEXT, "write");
    put = real(fd, data, last ? n / 2 : n);
    if (last)
        raise(SIGKILL);
    return put;
}

int fsync(int fd)
{
    int (*real)(int);

    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    if (is_the_one())
        raise(SIGKILL);
    return real(fd);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);

    *(void **)&real = dlsym(RTLD_NEXT, "rename");
    if (is_the_one())
        raise(SIGKILL);
    return real(from, to);
}

int unlink(const char *path)
{
    int (*real)(const char *);

    *(void **)&real = dlsym(RTLD_NEXT, "unlink");
    if (is_the_one())
        raise(SIGKILL);
    return real(path);
}
