/* docs/checks.md says of every check and defect what the code says, and of no other. */
#include <string.h>

#include "holder/defects/flaws.h"
#include "issuer/defects/defects.h"
#include "mdoc/report.h"
#include "tests/unit/page.h"
#include "tests/unit/tap.h"
#include "tests/unit/wrong_row.h"

#define PAGE "docs/checks.md"

/* The text of the section under "### TITLE\n\n`ID` · SOURCE\n"; p NULL: there is none. */
static struct bytes section(const char *page, const char *id)
{
    char head[160];
    const char *from, *to;

    snprintf(head, sizeof head, "\n\n`%s` \u00b7 ", id);
    from = strstr(page, head);
    if (from == NULL)
        return (struct bytes){ NULL, 0 };
    to = strstr(from, "\n##");
    return (struct bytes){ (const uint8_t *)from,
                           to != NULL ? (size_t)(to - from) : strlen(from) };
}

static void test_checks(const char *page)
{
    const char *at = page;

    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check_info *info = mdoc_check_info((enum mdoc_check_id)i);
        char head[256];
        const char *found;

        snprintf(head, sizeof head, "\n### %s\n\n`%s` \u00b7 %s\n", info->title, info->id,
                 info->source);
        found = strstr(at, head);
        ok(found != NULL, "%s: title, id and source, in its place", info->id);
        at = found != NULL ? found : at;
    }
}

/* A heading of the third level is a check's, or one of the two of what is no check. */
static void test_no_other_check(const char *page)
{
    size_t headings = 0;

    for (const char *at = page; (at = strstr(at, "\n### ")) != NULL; at += 5) {
        const char *id = strstr(at, "\n\n`");
        size_t n = id != NULL ? strcspn(id + 3, "`") : 0;
        struct bytes name = { id != NULL ? (const uint8_t *)id + 3 : NULL, n };
        bool is_known = is_check(name) || bytes_is(name, "message") || bytes_is(name, "none");

        headings++;
        if (!is_known)
            ok(false, "%.40s is no check", at + 5);
    }
    ok(headings == MDOC_CHECKS_N + 2, "%zu headings, and no check that there is not", headings);
}

static size_t count_backticks(struct bytes text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '`';
    return n;
}

/* Whether a defect stands under the check that refuses it, between backticks. */
static bool stands(const char *page, const char *name, const char *check)
{
    struct bytes text = section(page, check);
    char quoted[80];
    const char *found;

    snprintf(quoted, sizeof quoted, "`%s`", name);
    found = text.p != NULL ? strstr((const char *)text.p, quoted) : NULL;
    if (found != NULL && found < (const char *)text.p + text.n)
        return true;
    note("%s is not under %s", name, check);
    return false;
}

/* How many are named in the paragraphs that begin so. */
static size_t count_named(const char *page, const char *beginning)
{
    size_t named = 0;

    for (const char *at = page; (at = strstr(at, beginning)) != NULL; at += strlen(beginning)) {
        const char *end = strstr(at, ".\n");

        if (end != NULL)
            named += count_backticks((struct bytes){ (const uint8_t *)at, (size_t)(end - at) }) / 2;
    }
    return named;
}

static void test_defects(const char *page)
{
    const struct defect *d;
    const struct flaw *f;
    size_t found = 0, of_cards = 0, of_answers = 0, named;

    for (; (d = defect_at(of_cards)) != NULL; of_cards++)
        found += stands(page, d->name, d->check);
    for (; (f = flaw_at(of_answers)) != NULL; of_answers++)
        found += stands(page, f->name, f->check);
    ok(found == of_cards + of_answers && of_cards > 0 && of_answers > 0,
       "each of %zu defects of cards and %zu of answers stands under its check", of_cards, of_answers);
    named = count_named(page, "\nDefects: ");
    ok(named == of_cards, "%zu of cards are named, so none that there is not", named);
    named = count_named(page, "\nOf answers: ");
    ok(named == of_answers, "and %zu of answers", named);
}

int main(void)
{
    struct buf page;
    bool is_read = page_read(PAGE, &page);

    if (ok(is_read, "%s", PAGE)) {
        const char *text = buf_text(&page);

        test_checks(text);
        test_no_other_check(text);
        test_defects(text);
    }
    buf_cleanup(&page);
    return done();
}
