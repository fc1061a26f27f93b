#include "cli/command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cli/exit.h"
#include "cli/help.h"
#include "core/date.h"
#include "core/secret.h"

enum { OPTIONS_MAX = 48, ARGUMENT = 1, HELP = 0x1000, LONG_BASE = 0x2000 };

struct command_given {
    const struct command_option *option;
    const char *value;
};

/* The table in the form that getopt_long() reads. The leading '-' makes it hand out arguments in
 * their place among the options, as the "option" 1, so that either may come first. */
struct getopt_table {
    struct option longs[OPTIONS_MAX + 2];
    char shorts[2 * OPTIONS_MAX + 4];
    size_t n;
};

/* `t` is all zero before. */
static void getopt_fill(struct getopt_table *t, const struct command_option *options)
{
    char *s = t->shorts;

    s = stpcpy(s, "-:h");
    for (const struct command_option *o = options; o != NULL && o->name != NULL; o++) {
        if (t->n == OPTIONS_MAX)
            abort();
        t->longs[t->n].name = o->name;
        t->longs[t->n].has_arg = o->argument == NULL ? no_argument : required_argument;
        t->longs[t->n].val = LONG_BASE + (int)t->n;
        t->n++;
        if (o->letter != 0) {
            *s++ = o->letter;
            if (o->argument != NULL)
                *s++ = ':';
        }
    }
    t->longs[t->n].name = "help";
    t->longs[t->n].val = HELP;
}

/* The option for getopt's answer: a long one by its place in the table, a short one by letter. */
static const struct command_option *find_answer(const struct command_option *options, int answer)
{
    if (answer >= LONG_BASE)
        return &options[answer - LONG_BASE];
    for (const struct command_option *o = options; o != NULL && o->name != NULL; o++)
        if (o->letter != 0 && o->letter == answer)
            return o;
    return NULL;
}

static void hint_help(const struct command_tool *tool, const struct command_verb *verb)
{
    if (verb == NULL)
        hint_print("%s --help lists the verbs", tool->name);
    else
        hint_print("%s %s --help lists the options", tool->name, verb->name);
}

static enum oc_err unknown_option(const struct command_line *cl, const char *given)
{
    const char *guess = NULL;
    struct guess g = guess_start(given + 2, strcspn(given + 2, "="));

    if (given[1] != '-') {
        fail_print(OC_USAGE, "unknown option -%c", optopt);
    } else {
        fail_print(OC_USAGE, "unknown option %.*s", (int)strcspn(given, "="), given);
        for (const struct command_option *o = cl->verb->options; o != NULL && o->name != NULL; o++)
            guess_offer(&g, o->name);
        guess = guess_end(&g);
    }
    if (guess != NULL)
        hint_print("did you mean --%s?", guess);
    else
        hint_help(cl->tool, cl->verb);
    return OC_USAGE;
}

/* getopt said '?' or ':' about `given`; optopt tells which option it was, 0 for none. */
static enum oc_err bad_option(const struct command_line *cl, int answer, const char *given)
{
    const struct command_option *o = find_answer(cl->verb->options, optopt);

    if (answer == ':' && o != NULL) {
        fail_print(OC_USAGE, "--%s needs a value", o->name);
        hint_print("--%s %s: %s", o->name, o->argument, o->help);
        return OC_USAGE;
    }
    if (o != NULL || optopt == HELP)
        return fail_print(OC_USAGE, "--%s takes no value", o != NULL ? o->name : "help");
    return unknown_option(cl, given);
}

/* getopt_long() takes any unambiguous beginning of a name; we do not. */
static bool is_abbreviated(const char *given, const char *name)
{
    return strcspn(given + 2, "=") != strlen(name);
}

static enum oc_err add_given(struct command_line *cl, const struct command_option *o)
{
    if (!o->repeatable && opt_given(cl, o->name))
        return fail_print(OC_USAGE, "--%s was given twice", o->name);
    cl->given[cl->given_n++] = (struct command_given){ o, o->argument == NULL ? NULL : optarg };
    return OC_OK;
}

/* Options and arguments in any order; *help when it was asked for. */
static enum oc_err parse_words(struct command_line *cl, int argc, char **argv, bool *help)
{
    const struct command_option *options = cl->verb->options, *o;
    struct getopt_table table = { .n = 0 };
    enum oc_err e = OC_OK;

    getopt_fill(&table, options);
    opterr = 0;
    optind = 0;             /* start afresh, also inside a group of letters */
    while (e == OC_OK) {
        const char *given = argv[optind == 0 ? 1 : optind];
        int answer = getopt_long(argc, argv, table.shorts, table.longs, NULL);

        if (answer == -1)
            break;
        if (answer == ARGUMENT) {
            cl->arguments[cl->arguments_n++] = optarg;
            continue;
        }
        if (answer == '?' || answer == ':')
            return bad_option(cl, answer, given);
        if (answer >= HELP &&
            is_abbreviated(given, answer == HELP ? "help" : options[answer - LONG_BASE].name))
            return unknown_option(cl, given);
        o = find_answer(options, answer);
        if (o == NULL)
            *help = true;
        else
            e = add_given(cl, o);
    }
    while (e == OC_OK && optind < argc)         /* what follows "--" */
        cl->arguments[cl->arguments_n++] = argv[optind++];
    return e;
}

static enum oc_err check_arguments(const struct command_line *cl)
{
    const struct command_verb *v = cl->verb;
    const char *extra;

    if (cl->arguments_n < v->min) {
        fail_print(OC_USAGE, "%s needs %s", v->name, v->arguments);
        hint_help(cl->tool, v);
        return OC_USAGE;
    }
    if (cl->arguments_n > v->max) {
        extra = cl->arguments[v->max];
        fail_print(OC_USAGE, "one argument too many: %s", extra);
        hint_help(cl->tool, v);
        return OC_USAGE;
    }
    return OC_OK;
}

/* How many words of argv spell the verb's name: 0 when they do not. */
static int verb_words(const struct command_verb *v, int argc, char **argv)
{
    const char *name = v->name;
    int words = 0;

    for (;;) {
        size_t n = strcspn(name, " ");

        if (words == argc || strlen(argv[words]) != n || strncmp(argv[words], name, n) != 0)
            return 0;
        words++;
        if (name[n] == '\0')
            return words;
        name += n + 1;
    }
}

/* Whether `word` is the first of two in some verb's name. */
static bool starts_verb(const struct command_tool *tool, const char *word)
{
    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        if (help_in_group(v, word))
            return true;
    return false;
}

static void unknown_verb(const struct command_tool *tool, int argc, char **argv)
{
    bool pair = starts_verb(tool, argv[0]);
    char typed[GUESS_MAX];
    struct guess g;

    if (pair && argc == 1) {
        fail_print(OC_USAGE, "%s needs a second word", argv[0]);
        help_group(stderr, tool, argv[0]);
        return;
    }
    snprintf(typed, sizeof typed, "%s%s%s", argv[0], pair ? " " : "", pair ? argv[1] : "");
    g = guess_start(typed, strlen(typed));
    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++)
        guess_offer(&g, v->name);
    if (pair)
        fail_print(OC_USAGE, "unknown verb %s %s", argv[0], argv[1]);
    else
        fail_print(OC_USAGE, "unknown %s %s", argv[0][0] == '-' ? "option" : "verb", argv[0]);
    if (guess_end(&g) != NULL)
        hint_print("did you mean %s %s?", tool->name, guess_end(&g));
    else
        hint_help(tool, NULL);
}

/* argv[0] is the last word of the verb, as getopt_long() expects. */
static int run_verb(const struct command_tool *tool, const struct command_verb *verb, int argc,
                    char **argv)
{
    struct command_line cl = { .tool = tool, .verb = verb };
    bool help = false;
    enum oc_err e;
    size_t most = 1;
    int status;

    /* Letters may share one word, so the bound is characters, not words. */
    for (int i = 1; i < argc; i++)
        most += strlen(argv[i]) + 1;
    cl.given = calloc(most, sizeof *cl.given);
    cl.arguments = calloc((size_t)argc, sizeof *cl.arguments);
    if (cl.given == NULL || cl.arguments == NULL)
        e = fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    else
        e = parse_words(&cl, argc, argv, &help);
    if (e == OC_OK && help)
        help_verb(stdout, tool, verb);
    else if (e == OC_OK)
        e = check_arguments(&cl);
    status = e == OC_OK && !help ? verb->run(&cl) : exit_status(e);
    free(cl.given);
    free(cl.arguments);
    return status;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int dispatch(const struct command_tool *tool, int argc, char **argv)
{
    if (argc < 2) {
        fail_print(OC_USAGE, "a verb is missing");
        hint_help(tool, NULL);
        return STATUS_BAD_COMMAND;
    }
    if (asks_for_help(argv[1])) {
        help_tool(stdout, tool);
        return STATUS_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s %s\n", tool->name, OWNCARD_VERSION);
        return STATUS_DONE;
    }
    for (const struct command_verb *v = tool->verbs; v->name != NULL; v++) {
        int words = verb_words(v, argc - 1, argv + 1);

        if (words > 0)
            return run_verb(tool, v, argc - words, argv + words);
    }
    if (argc == 3 && asks_for_help(argv[2]) && starts_verb(tool, argv[1])) {
        help_group(stdout, tool, argv[1]);
        return STATUS_DONE;
    }
    unknown_verb(tool, argc - 1, argv + 1);
    return STATUS_BAD_COMMAND;
}

int command_main(const struct command_tool *tool, int argc, char **argv)
{
    int status;

    fail_tool(tool->name);
    /* A core dump would hold what a person's card says. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    if (secret_pool_init() != OC_OK)
        return exit_status(fail_print(OC_MEMORY, "no memory that stays out of core dumps"));
    status = dispatch(tool, argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == STATUS_DONE)
        status = exit_status(fail_errno("standard output"));
    return status;
}

static const struct command_given *find_given(const struct command_line *cl, const char *name,
                                              size_t nth)
{
    const struct command_option *o = cl->verb->options;

    while (o != NULL && o->name != NULL && strcmp(o->name, name) != 0)
        o++;
    if (o == NULL || o->name == NULL) {
        fprintf(stderr, "verb %s has no option --%s in its table\n", cl->verb->name, name);
        abort();
    }
    for (size_t i = 0; i < cl->given_n; i++)
        if (cl->given[i].option == o && nth-- == 0)
            return &cl->given[i];
    return NULL;
}

const char *opt_nth(const struct command_line *cl, const char *name, size_t i)
{
    const struct command_given *g = find_given(cl, name, i);

    return g == NULL ? NULL : g->value;
}

const char *opt(const struct command_line *cl, const char *name)
{
    return opt_nth(cl, name, 0);
}

bool opt_given(const struct command_line *cl, const char *name)
{
    return find_given(cl, name, 0) != NULL;
}

size_t opt_count(const struct command_line *cl, const char *name)
{
    size_t n = 0;

    while (find_given(cl, name, n) != NULL)
        n++;
    return n;
}

const char *argument(const struct command_line *cl, size_t i)
{
    return i < cl->arguments_n ? cl->arguments[i] : NULL;
}

/* Decimal digits without leading zero, at most UINT64_MAX. */
static bool read_uint(const char *s, uint64_t *out)
{
    uint64_t value = 0;

    if (*s == '\0' || (*s == '0' && s[1] != '\0'))
        return false;
    for (; *s != '\0'; s++) {
        unsigned digit = (unsigned)(*s - '0');

        if (*s < '0' || *s > '9' || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

enum oc_err opt_uint(const struct command_line *cl, const char *name, uint64_t min, uint64_t max,
                     uint64_t otherwise, uint64_t *out)
{
    const char *text = opt(cl, name);
    uint64_t value = otherwise;

    if (text != NULL && (!read_uint(text, &value) || value < min || value > max))
        return fail_print(OC_USAGE, "--%s %s: not a number from %llu to %llu", name, text,
                          (unsigned long long)min, (unsigned long long)max);
    *out = value;
    return OC_OK;
}

enum oc_err opt_time(const struct command_line *cl, const char *name, int64_t *out)
{
    const char *text = opt(cl, name);

    if (text == NULL) {
        *out = (int64_t)time(NULL);
        return OC_OK;
    }
    if (date_time_read(bytes_str(text), out) || date_read(bytes_str(text), out))
        return OC_OK;
    fail_print(OC_USAGE, "--%s %s: not a moment", name, text);
    hint_print("write it as 2026-01-31 or 2026-01-31T12:00:00Z");
    return OC_USAGE;
}

enum oc_err opt_not_both(const struct command_line *cl, const char *one, const char *other)
{
    if (opt_given(cl, one) && opt_given(cl, other))
        return fail_print(OC_USAGE, "--%s and --%s exclude each other", one, other);
    return OC_OK;
}
