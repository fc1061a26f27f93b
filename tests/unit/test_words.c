/* The Chinese of every sentence fits the English: same conversions, nothing twice, real UTF-8. */
#include "mdoc/words.h"

#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "tap.h"

enum { CONVERSIONS_MAX = 8 };

/* The conversions of a format, each in the place of the argument it takes; -1: not such a format. */
static int conversions(const char *format, char out[CONVERSIONS_MAX][8])
{
    int n = 0;

    bool is_placed = strchr(format, '$') != NULL;

    for (const char *p = strchr(format, '%'); p != NULL; p = strchr(p, '%')) {
        size_t length = strcspn(++p, "sduc%") + 1;
        int place = n;

        if (strchr(p, '$') != NULL && strcspn(p, "$") < length) {
            place = *p - '1';
            p += 2;
            length -= 2;
        } else if (is_placed) {
            return -1;      /* printf allows no mixture */
        }
        if (is_placed && memchr(p, '*', length) != NULL)
            return -1;      /* nor a width whose argument has no number */
        if (place < 0 || place >= CONVERSIONS_MAX || length >= 8)
            return -1;
        snprintf(out[place], 8, "%.*s", (int)length, p);
        n++;
        p += length;
    }
    return n;
}

static bool fit(const char *english, const char *chinese)
{
    char a[CONVERSIONS_MAX][8] = { "" }, b[CONVERSIONS_MAX][8] = { "" };
    int n = conversions(english, a);

    if (n < 0 || conversions(chinese, b) != n)
        return false;
    for (int i = 0; i < n; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return true;
}

static bool has_wide(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0xe3)
            return true;
    return false;
}

static void test_pairs(void)
{
    const char *english, *chinese, *other, *none;
    size_t n = 0, odd = 0, twice = 0;

    for (; mdoc_words_at(n, &english, &chinese); n++) {
        bool well = fit(english, chinese) && has_wide(chinese) &&
                    bytes_are_utf8(bytes_str(chinese)) &&
                    mdoc_words(MDOC_CHINESE, english) == chinese &&
                    mdoc_words(MDOC_ENGLISH, english) == english;

        if (!well)
            printf("# %s: %s\n", english, chinese);
        odd += !well;
        for (size_t i = 0; i < n && mdoc_words_at(i, &other, &none); i++)
            twice += strcmp(other, english) == 0;
    }
    ok(n > 200 && odd == 0, "%zu sentences, each with the conversions of its English", n);
    ok(twice == 0, "none of them twice");
}

static void test_check_of_conversions(void)
{
    ok(fit("%s is %zu", "%s是%zu") && fit("%s is %zu", "%2$zu是%1$s"), "in either order");
    ok(!fit("%.*s is %zu", "%2$zu是%1$.*s") && !fit("%s %s", "%1$s %s") &&
       !fit("%.*s is %zu", "%zu %.*s"), "neither mixed nor with a width that has no number");
    ok(!fit("%s is %zu", "%zu是%s") && !fit("%s", "") && !fit("", "%s") && !fit("%.*s", "%s"),
       "but not other ones");
}

/* What a path fault is called is OpenSSL's, so those entries are held to the one we run with. */
static void test_openssl(void)
{
    static const int faults[] = {
        X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_CERT_HAS_EXPIRED,
        X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_INVALID_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED,
        X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const char *english = X509_verify_cert_error_string(faults[i]);

        ok(mdoc_words(MDOC_CHINESE, english) != english, "OpenSSL's \"%s\"", english);
    }
}

int main(void)
{
    const char *unknown = "a sentence that nobody says";

    test_pairs();
    test_check_of_conversions();
    test_openssl();
    ok(mdoc_words(MDOC_CHINESE, unknown) == unknown, "what has no Chinese stays as it is");
    ok(mdoc_words(MDOC_CHINESE, NULL) == NULL, "and nothing stays nothing");
    return done();
}
