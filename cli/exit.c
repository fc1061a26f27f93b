#include "cli/exit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/term.h"

enum { TEXT_MAX = 2048 };

static const char *tool_name = "owncard";
static bool error_said;
static char error_text[TEXT_MAX];

int exit_status(enum oc_err e)
{
    switch (e) {
    case OC_OK:
        return STATUS_DONE;
    case OC_SIGNATURE:
    case OC_DIGEST:
    case OC_UNTRUSTED:
    case OC_EXPIRED:
    case OC_REFUSED:
        return STATUS_NO;
    case OC_USAGE:
        return STATUS_BAD_COMMAND;
    case OC_SYNTAX:
    case OC_TRUNCATED:
    case OC_TRAILING:
    case OC_SHAPE:
    case OC_LIMIT:
        return STATUS_NOT_A_MESSAGE;
    case OC_IO:
    case OC_MEMORY:
    case OC_UNAVAILABLE:
    case OC_BUG:
        return STATUS_UNFINISHED;
    }
    return STATUS_UNFINISHED;
}

void fail_tool(const char *name)
{
    tool_name = name;
}

/* Fixed buffers: out of memory, too, has to be said. Longer text is cut. */
__attribute__((format(printf, 3, 0)))
static void say(char text[TEXT_MAX], const char *kind, const char *format, va_list args)
{
    fflush(stdout);         /* keeps the order where both go to one place */
    vsnprintf(text, TEXT_MAX, format, args);
    fprintf(stderr, "%s: %s: ", tool_name, kind);
    term_print(stderr, bytes_str(text));
    fputc('\n', stderr);
}

enum oc_err fail_print(enum oc_err e, const char *format, ...)
{
    va_list args;

    if (error_said)
        return e;
    error_said = true;
    va_start(args, format);
    say(error_text, "error", format, args);
    va_end(args);
    return e;
}

enum oc_err fail_fault(enum oc_err e, const char *file, const struct oc_fault *fault)
{
    const char *name = file == NULL || strcmp(file, "-") == 0 ? "standard input" : file;

    if (fault == NULL || fault->reason == NULL)
        return fail_print(e, "%s: %s", name, oc_err_text(e));
    return fail_print(e, "%s: %s (at byte %zu)", name, fault->reason, fault->offset);
}

enum oc_err fail_errno(const char *name)
{
    return fail_print(OC_IO, "%s: %s", name, strerror(errno));
}

void hint_print(const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    va_start(args, format);
    say(text, "hint", format, args);
    va_end(args);
}

void warn_print(const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    va_start(args, format);
    say(text, "warning", format, args);
    va_end(args);
}

bool fail_said(void)
{
    return error_said;
}

const char *fail_text(void)
{
    return error_text;
}
