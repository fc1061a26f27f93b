/*
 * Names for synthetic people: written for this project from common characters, so that any
 * likeness to a person is chance. Surnames come up about as often as they do in Guangdong.
 */
#ifndef OWNCARD_ISSUER_NAMES_H
#define OWNCARD_ISSUER_NAMES_H

#include <stdint.h>

struct name_part {
    const char *hanzi;      /* UTF-8 */
    const char *pinyin;     /* lower case, without tones */
};

/** The surname that a random number stands for; static. */
struct name_part name_surname(uint64_t draw);

/** One character of a given name, for sex 1 (male) or 2 (female); static. */
struct name_part name_given(int sex, uint64_t draw);

#endif
