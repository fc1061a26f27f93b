/* docs/checks.md says of every check and defect what the code says, and of no other. */
#include <string.h>

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

/* Every defect stands under the check that refuses it, between backticks. */
static void test_defects(const char *page)
{
    const struct defect *d;
    size_t missing = 0, total = 0, named = 0;

    for (; (d = defect_at(total)) != NULL; total++) {
        struct bytes text = section(page, d->check);
        char name[80];
        const char *found;

        snprintf(name, sizeof name, "`%s`", d->name);
        found = text.p != NULL ? strstr((const char *)text.p, name) : NULL;
        if (found == NULL || found >= (const char *)text.p + text.n) {
            note("%s is not under %s", d->name, d->check);
            missing++;
        }
    }
    ok(missing == 0 && total > 0, "each of %zu defects stands under its check", total);
    for (const char *at = page; (at = strstr(at, "\nDefects: ")) != NULL; at += 10) {
        const char *end = strstr(at, ".\n");

        if (end != NULL)
            named += count_backticks((struct bytes){ (const uint8_t *)at, (size_t)(end - at) }) / 2;
    }
    ok(named == total, "%zu are named, so none that there is not", named);
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
