/* Data files built into the tools by packaging/embed.sh; each table ends with a NULL name. */
#ifndef OWNCARD_CLI_EMBEDDED_H
#define OWNCARD_CLI_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;               /* the file's name without folder and ending */
    const unsigned char *data;      /* followed by a NUL that `n` does not count */
    size_t n;
};

extern const struct embedded_file embedded_cards[];
extern const struct embedded_file embedded_requests[];

#endif
