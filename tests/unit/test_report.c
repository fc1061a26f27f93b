#include "mdoc/report.h"

#include <string.h>

#include "tests/unit/tap.h"

static struct mdoc_report report;

/* What nobody looked at keeps the door shut. */
static void test_fresh(void)
{
    struct mdoc_check *checks;
    enum mdoc_check_id id;
    bool shut = true;
    int document;

    mdoc_report_init(&report, 42, MDOC_ENGLISH);
    checks = mdoc_report_add_document(&report, BYTES("a.type"));
    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check *c = i < MDOC_FIRST_DOCUMENT_CHECK ? &report.checks[i] : &checks[i];

        shut &= c->outcome == MDOC_NOT_CHECKED && c->blocks && c->why != OC_OK &&
                strcmp(c->detail, "not reached") == 0;
    }
    ok(shut && !report.accepted && report.why != OC_OK && report.now == 42 &&
       report.documents_n == 1 && strcmp(report.documents[0].doc_type, "a.type") == 0,
       "every check not reached and blocking");
    ok(mdoc_report_first_block(&report, &id, &document) == &report.checks[0] &&
       id == MDOC_CHECK_RESPONSE_VERSION && document == -1, "the first of them");
}

/* Each check alone, left as it was, is found. */
static void test_one_forgotten(void)
{
    size_t found = 0;

    for (int forgotten = 0; forgotten < MDOC_CHECKS_N; forgotten++) {
        struct mdoc_check *checks[2];
        enum mdoc_check_id id = MDOC_CHECKS_N;
        int document = -2;

        mdoc_report_init(&report, 0, MDOC_ENGLISH);
        checks[0] = mdoc_report_add_document(&report, BYTES("a"));
        checks[1] = mdoc_report_add_document(&report, BYTES("b"));
        for (int i = 0; i < MDOC_CHECKS_N; i++) {
            if (i < MDOC_FIRST_DOCUMENT_CHECK && i != forgotten)
                mdoc_check_pass(&report.checks[i], "well");
            if (i >= MDOC_FIRST_DOCUMENT_CHECK)
                mdoc_check_warn(&checks[0][i], "well, by rule");
            if (i >= MDOC_FIRST_DOCUMENT_CHECK && i != forgotten)
                mdoc_check_skip(&checks[1][i], false, "not called for");
        }
        found += mdoc_report_first_block(&report, &id, &document) != NULL &&
                 id == (enum mdoc_check_id)forgotten &&
                 document == (forgotten < MDOC_FIRST_DOCUMENT_CHECK ? -1 : 1);
    }
    ok(found == MDOC_CHECKS_N, "any one forgotten check blocks");
}

static void test_outcomes(void)
{
    struct mdoc_check c = { .language = MDOC_ENGLISH };

    mdoc_check_pass(&c, "%d", 7);
    ok(c.outcome == MDOC_PASS && !c.blocks && c.why == OC_OK && strcmp(c.detail, "7") == 0, "pass");
    mdoc_check_fail(&c, OC_DIGEST, "no");
    ok(c.outcome == MDOC_FAIL && c.blocks && c.why == OC_DIGEST, "fail");
    mdoc_check_warn(&c, "hm");
    ok(c.outcome == MDOC_WARNING && !c.blocks && c.why == OC_OK, "warning");
    mdoc_check_skip(&c, true, "no");
    ok(c.outcome == MDOC_NOT_CHECKED && c.blocks && c.why == OC_REFUSED, "not checked, needed");
    mdoc_check_skip(&c, false, "no");
    ok(c.outcome == MDOC_NOT_CHECKED && !c.blocks && c.why == OC_OK, "not checked, not needed");
    ok(strcmp(mdoc_outcome_name(MDOC_PASS), "pass") == 0 &&
       strcmp(mdoc_outcome_name(MDOC_FAIL), "fail") == 0 &&
       strcmp(mdoc_outcome_name(MDOC_WARNING), "warning") == 0 &&
       strcmp(mdoc_outcome_name(MDOC_NOT_CHECKED), "not_checked") == 0, "their names");
}

static void test_names(void)
{
    bool well = true;

    for (int i = 0; i < MDOC_CHECKS_N; i++) {
        const struct mdoc_check_info *a = mdoc_check_info((enum mdoc_check_id)i);

        well &= a->id != NULL && strchr(a->id, '.') != NULL && a->title != NULL &&
                a->source != NULL;
        for (int j = 0; well && j < i; j++)
            well &= strcmp(a->id, mdoc_check_info((enum mdoc_check_id)j)->id) != 0;
    }
    ok(well, "every check has an id of its own, a title and a source");
}

/* What quotes a message may be cut within a character; it stays UTF-8 all the same. */
static void test_cut_text(void)
{
    char chinese[400] = "", type[128] = "x";
    struct mdoc_check c = { .language = MDOC_ENGLISH };

    for (int i = 0; i < 130; i++)
        strcat(chinese, "\xe5\xb9\xbf");
    for (int i = 0; i < 40; i++)
        strcat(type, "\xe5\xb9\xbf");
    mdoc_check_pass(&c, "x%s", chinese);
    ok(strlen(c.detail) == sizeof c.detail - 1 && bytes_are_utf8(bytes_str(c.detail)),
       "a detail cut to fit");
    mdoc_check_pass(&c, "%.*s stands twice", 64, chinese);
    ok(bytes_are_utf8(bytes_str(c.detail)) && strstr(c.detail, " stands twice") != NULL,
       "a name cut within a character");
    mdoc_report_init(&report, 0, MDOC_ENGLISH);
    mdoc_report_add_document(&report, bytes_str(type));
    ok(bytes_are_utf8(bytes_str(report.documents[0].doc_type)) &&
       strlen(report.documents[0].doc_type) == 95, "a docType cut to fit");
}

int main(void)
{
    test_fresh();
    test_one_forgotten();
    test_outcomes();
    test_names();
    test_cut_text();
    return done();
}
