/*
 * What the library says of a card, in two languages. It is written in English where it is said;
 * this is the other language of the same sentences. Names of keys and fields of the standards
 * stay as they are.
 */
#ifndef OWNCARD_MDOC_WORDS_H
#define OWNCARD_MDOC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum mdoc_language { MDOC_ENGLISH, MDOC_CHINESE };

/**
 * A title, detail or reason of a report, or the reason of a fault, in `language`.
 *
 * @param english  as the library says it; a printf format too. NULL gives NULL.
 * @return  static when translated, with the conversions of the English in any order ("%2$s");
 *          `english` itself when there is nothing else, such as for words of OpenSSL's
 */
const char *mdoc_words(enum mdoc_language language, const char *english)
    __attribute__((format_arg(2)));

/** The i-th pair of all, or false after the last. Static. */
bool mdoc_words_at(size_t i, const char **english, const char **chinese);

#endif
