/*
 * owncard-holder keeps cards in a sealed vault and decides, element by element, what to show.
 *
 *   keys.c     device keys with proof, for the issuer
 *   store.c    step 2 of 5    verifies copies, then seals them in
 *   present.c  step 4 of 5    answers a request, as far as the holder agrees
 *   cards.c    what is in the vault
 *   trust.c    which readers are known by name, which issuers are believed
 */
#include "holder/verbs.h"

static const char *const keys_examples[] = {
    "keys --challenge \"$(owncard-issuer challenge)\" --count 5 -o keys.cbor", NULL,
};
static const char *const store_examples[] = { "store --anchor iaca.pem copies.cbor", NULL };
static const char *const present_examples[] = {
    "present --request request.cbor -o response.cbor",
    "present --request request.cbor --consent age_over_18,portrait -o response.cbor",
    "present --request-image photo.jpg --qr",
    NULL,
};
static const char *const show_examples[] = { "show 1", NULL };
static const char *const trust_examples[] = {
    "trust add reader-ca.pem", "trust add --issuer iaca.pem", NULL,
};

static const char *const update_examples[] = {
    "trust update --rical-root list-ca.pem fetched", NULL,
};

static const struct command_verb verbs[] = {
    { "keys", "make device keys for an issuer to bind copies to", NULL, 0, 0,
      holder_keys_options, keys_examples, holder_keys },
    { "store", "verify copies of a card and seal them in", "[COPIES]", 0, 1,
      holder_store_options, store_examples, holder_store },
    { "list", "list the cards and how many copies are left", NULL, 0, 0,
      holder_cards_options, NULL, holder_list },
    { "show", "show what stands on a card", "CARD", 1, 1,
      holder_cards_options, show_examples, holder_show },
    { "present", "answer a request, element by element", "[PICTURE]...", 0, COMMAND_ANY,
      holder_present_options, present_examples, holder_present },
    { "delete", "destroy a card with all its copies and keys", "CARD", 1, 1,
      holder_delete_options, NULL, holder_delete },
    { "trust add", "know the readers a CA certifies by name", "PEM...", 1, COMMAND_ANY,
      holder_trust_add_options, trust_examples, holder_trust_add },
    { "trust update", "know the readers that lists name", "FOLDER", 1, 1,
      holder_trust_update_options, update_examples, holder_trust_update },
    { "trust list", "show which CAs are trusted", NULL, 0, 0,
      holder_vault_options, NULL, holder_trust_list },
    { "trust remove", "no longer trust a CA", "FINGERPRINT", 1, 1,
      holder_vault_options, NULL, holder_trust_remove },
    { .name = NULL },
};

static const char *const examples[] = {
    "keys --challenge \"$(owncard-issuer challenge)\" --count 5 -o keys.cbor",
    "store --anchor iaca.pem copies.cbor",
    "present --request request.cbor -o response.cbor",
    NULL,
};

static const struct command_tool tool = {
    "owncard-holder", "keeps identity cards in a sealed vault and shows what you agree to show",
    verbs, examples,
};

int main(int argc, char **argv)
{
    return command_main(&tool, argc, argv);
}
