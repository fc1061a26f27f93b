/* A PostgreSQL of a test's own, as tests/postgres/server.sh makes it; gone when the test is. */
#ifndef OWNCARD_TESTS_POSTGRES_H
#define OWNCARD_TESTS_POSTGRES_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/tap.h"

#define POSTGRES_SCRIPT "tests/postgres/server.sh"

static char postgres_folder[] = "/tmp/owncard-pg-XXXXXX";
static char postgres_url[128];      /* of the role that owns the database */
static pid_t postgres_keeper;       /* the process of the script */

static inline void postgres_path(char out[128], const char *name)
{
    snprintf(out, 128, "%s/%s", postgres_folder, name);
}

/* The URL by the socket, for a role, with no password asked. */
static inline void postgres_url_of(char out[256], const char *role, const char *database)
{
    char path[128], port[16] = "";
    FILE *f;

    postgres_path(path, "port");
    f = fopen(path, "r");
    if (f == NULL || fgets(port, sizeof port, f) == NULL)
        exit(EXIT_FAILURE);
    fclose(f);
    snprintf(out, 256, "postgresql://%s@/%s?host=%s&port=%s", role, database, postgres_folder,
             port);
}

static inline bool postgres_read_url(void)
{
    char path[128];
    FILE *f;
    bool is_read;

    postgres_path(path, "url");
    f = fopen(path, "r");
    is_read = f != NULL && fgets(postgres_url, sizeof postgres_url, f) != NULL;
    if (f != NULL)
        fclose(f);
    postgres_url[strcspn(postgres_url, "\n")] = '\0';
    return is_read;
}

/* False: there is none on this machine, which has been said. Any other failure ends the test. */
static inline bool postgres_start(void)
{
    const struct timespec moment = { .tv_nsec = 50000000 };
    char path[128], pid[24];
    int status;

    if (mkdtemp(postgres_folder) == NULL)
        exit(EXIT_FAILURE);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    postgres_keeper = fork();
    if (postgres_keeper == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execl(POSTGRES_SCRIPT, POSTGRES_SCRIPT, "run", postgres_folder, pid, (char *)NULL);
        _exit(EXIT_FAILURE);
    }
    while (!postgres_read_url()) {
        if (postgres_keeper < 0 || waitpid(postgres_keeper, &status, WNOHANG) != 0) {
            rmdir(postgres_folder);
            if (postgres_keeper > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 77) {
                skip("no PostgreSQL on this machine");
                return false;
            }
            printf("Bail out! PostgreSQL does not start\n");
            exit(EXIT_FAILURE);
        }
        nanosleep(&moment, NULL);
    }
    postgres_path(path, "pass");
    setenv("PGPASSFILE", path, 1);
    return true;
}

static inline void postgres_do(const char *command)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        execl(POSTGRES_SCRIPT, POSTGRES_SCRIPT, command, postgres_folder, (char *)NULL);
        _exit(EXIT_FAILURE);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        printf("Bail out! %s %s\n", POSTGRES_SCRIPT, command);
        exit(EXIT_FAILURE);
    }
}

/* As if the machine had lost its power. */
static inline void postgres_kill(void) { postgres_do("kill"); }
static inline void postgres_restart(void) { postgres_do("start"); }

/* True: it is gone, and so is its folder. */
static inline bool postgres_stop(void)
{
    char path[128];
    FILE *f;

    postgres_path(path, "stop");
    f = fopen(path, "w");
    if (f != NULL)
        fclose(f);
    return waitpid(postgres_keeper, NULL, 0) == postgres_keeper &&
           access(postgres_folder, F_OK) != 0;
}

#endif
