/*
 * What a card says, in words for people: labels and values by the card type of the catalogue.
 * All text is made harmless as by term_escape(), so what is appended may go to a terminal.
 */
#ifndef OWNCARD_CLI_VALUE_H
#define OWNCARD_CLI_VALUE_H

#include "cli/catalog.h"

/**
 * Append a value on one line.
 *
 *   2 (female)      2000-01-31      yes      (1042 bytes)      CN; FR
 *   Category: A, Date of issue: 2018-08-09, Conditions: (Code: 01); Category: B
 *
 * A code is followed by its label; the items of an array are divided by ";", the fields of a map
 * by ",", and what stands inside a field is in parentheses. What is empty is "(none)", as is a null.
 *
 * @param value    As json_read() makes it of mdoc_value_json(); borrowed. Bytes are base64url in
 *                 it and known as such by `type` alone.
 * @param type     What the catalogue says of it; NULL, or a type that does not fit, does no harm.
 * @param chinese  Labels and words in Chinese, else English.
 *
 * Errors go to out->err: as buf.h, and OC_LIMIT for more nesting than JSON_DEPTH_MAX.
 */
void value_text(struct buf *out, json_t *value, const struct element *type, bool chinese);

/**
 * The same of a value that is still text.
 *
 * @param json      as mdoc_value_json() writes it
 * @param plain     as mdoc_value_text() writes it: used, escaped, where our JSON cannot express the
 *                  value, such as text with NUL in it
 * @param is_bytes  a byte string, which in JSON looks like text
 */
void value_words(struct buf *out, struct bytes json, struct bytes plain, bool is_bytes,
                 const struct element *type, bool chinese);

/**
 * Append what an element is called: its label, for age_over_NN without one "NN or older", else
 * its name.
 *
 * @param card  NULL when the catalogue has none.
 */
void value_label(struct buf *out, const struct card_type *card, struct bytes name_space,
                 struct bytes name, bool chinese);

/** The label, and in parentheses the name where that is another. */
void value_label_and_name(struct buf *out, const struct card_type *card, struct bytes name_space,
                          struct bytes name, bool chinese);

/** Append a sentence that names elements of the card, escaped; each name of one in its first
 *  namespace that has it is then as value_label_and_name() writes it. `card` NULL: none is known. */
void value_sentence(struct buf *out, const struct card_type *card, struct bytes sentence,
                    bool chinese);

#endif
