#include "cli/help.h"

#include <string.h>

#include "cli/term.h"

enum { COLUMNS = 80, HELP_BYTES_MAX = 16384, LEFT_MAX = 26 };

static const struct command_option help_option = { "help", 'h', NULL, "explain this verb", false };

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* "  LEFT   RIGHT", the right side wrapped under itself, on the next line after a long left. */
static void row(struct buf *out, const char *left, const char *right, size_t column)
{
    buf_add_str(out, "  ");
    if (strlen(left) + 4 > column) {
        buf_add_str(out, left);
        buf_printf(out, "\n%*s", (int)column, "");
    } else {
        buf_printf(out, "%-*s", (int)column - 2, left);
    }
    term_wrap(out, bytes_str(right), column, COLUMNS);
    buf_add_byte(out, '\n');
}

static void examples(struct buf *out, const char *tool, const char *const *example)
{
    if (example == NULL || *example == NULL)
        return;
    buf_add_str(out, "\nExamples:\n");
    for (; *example != NULL; example++)
        buf_printf(out, "  %s %s\n", tool, *example);
}

static void finish(FILE *to, struct buf *out)
{
    struct bytes text = buf_view(out);

    fwrite(text.p, 1, text.n, to);
    buf_cleanup(out);
}

void help_tool(FILE *to, const struct command_tool *tool)
{
    size_t column = 0;
    struct buf out;

    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        column = max_size(column, strlen(v->name) + 5);
    buf_init(&out, HELP_BYTES_MAX);
    buf_printf(&out, "%s: ", tool->name);
    term_wrap(&out, bytes_str(tool->summary), strlen(tool->name) + 2, COLUMNS);
    buf_printf(&out, "\n\nUsage: %s VERB [OPTION]... [ARGUMENT]...\n\nVerbs:\n", tool->name);
    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        row(&out, v->name, v->summary, column);
    examples(&out, tool->name, tool->examples);
    buf_printf(&out, "\n%s VERB --help explains a verb.\n"
               "Exit status: 0 done, 1 examined: no, 2 bad command line, 3 not such a message:\n"
               "the one that was to be taken, answered or judged, 4 could not finish, also where\n"
               "another file, to judge by, is not what it should be.\n", tool->name);
    finish(to, &out);
}

bool help_in_group(const struct command_verb *verb, const char *first)
{
    size_t n = strlen(first);

    return strncmp(verb->name, first, n) == 0 && verb->name[n] == ' ';
}

void help_group(FILE *to, const struct command_tool *tool, const char *first)
{
    size_t column = 0;
    struct buf out;

    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        if (help_in_group(v, first))
            column = max_size(column, strlen(v->name) + 5);
    buf_init(&out, HELP_BYTES_MAX);
    buf_printf(&out, "Verbs that begin with %s:\n", first);
    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        if (help_in_group(v, first))
            row(&out, v->name, v->summary, column);
    buf_printf(&out, "\n%s VERB --help explains a verb.\n", tool->name);
    finish(to, &out);
}

/* "-o, --output FILE", aligned whether or not there is a letter. */
static size_t option_left(char *left, size_t size, const struct command_option *o)
{
    char letter[5] = "    ";

    if (o->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, size, "%s--%s%s%s", letter, o->name, o->argument == NULL ? "" : " ",
             o->argument == NULL ? "" : o->argument);
    return strlen(left);
}

static void option_row(struct buf *out, const struct command_option *o, size_t column)
{
    char left[80], right[512];

    option_left(left, sizeof left, o);
    snprintf(right, sizeof right, "%s%s", o->help, o->repeatable ? " (may be repeated)" : "");
    row(out, left, right, column);
}

void help_verb(FILE *to, const struct command_tool *tool, const struct command_verb *verb)
{
    size_t column = 0;
    struct buf out;
    char left[80];

    for (const struct command_option *o = verb->options; o != NULL && o->name != NULL; o++) {
        size_t n = option_left(left, sizeof left, o);

        if (n <= LEFT_MAX)
            column = max_size(column, n + 4);
    }
    column = max_size(column, option_left(left, sizeof left, &help_option) + 4);
    buf_init(&out, HELP_BYTES_MAX);
    buf_printf(&out, "%s %s: %s\n\nUsage: %s %s [OPTION]...%s%s\n\nOptions:\n", tool->name,
               verb->name, verb->summary, tool->name, verb->name,
               verb->arguments == NULL ? "" : " ", verb->arguments == NULL ? "" : verb->arguments);
    for (const struct command_option *o = verb->options; o != NULL && o->name != NULL; o++)
        option_row(&out, o, column);
    option_row(&out, &help_option, column);
    examples(&out, tool->name, verb->examples);
    finish(to, &out);
}

struct guess guess_start(const char *typed, size_t n)
{
    struct guess g = { .n = n < GUESS_MAX ? n : 0, .edits = SIZE_MAX };

    memcpy(g.typed, typed, g.n);
    return g;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits from a to b, both shorter than GUESS_MAX; a swap of neighbours counts as one. */
static size_t edits(const char *a, size_t n, const char *b, size_t m)
{
    size_t d[GUESS_MAX][GUESS_MAX];

    for (size_t i = 0; i <= n; i++)
        for (size_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = min_size(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                               min_size(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = min_size(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

void guess_offer(struct guess *g, const char *name)
{
    size_t m = strlen(name), far = m < 5 ? 1 : 2, e;

    if (g->n == 0 || m >= GUESS_MAX)
        return;
    /* The beginning of a name is a good guess, but an exact near miss is better. */
    e = g->n >= 3 && strncmp(g->typed, name, g->n) == 0 ? far : edits(g->typed, g->n, name, m);
    if (e <= far && e < g->edits) {
        g->edits = e;
        g->best = name;
    }
}

const char *guess_end(const struct guess *g)
{
    return g->best;
}
