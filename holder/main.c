/*
 * owncard-holder keeps cards in a sealed vault and decides, element by element, what to show.
 *
 *   keys.c     device keys with proof, for the issuer
 *   store.c    step 2 of 5    verifies copies, then seals them in
 *   present.c  step 4 of 5    answers a request, as far as the holder agrees
 *   engage.c   step 4 of 5    the same in a session, over TCP or NFC
 *   cards.c    what is in the vault
 *   status.c   how many copies are left
 *   refill.c   device keys for the cards that need more copies
 *   history.c  what was shown
 *   backup.c   the vault kept in a second place
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
static const char *const engage_examples[] = {
    "engage --tcp 7000 --qr-image me.png",
    "engage --nfc-virtual 35963 --consent age_over_18",
    NULL,
};
static const char *const show_examples[] = { "show 1", NULL };
static const char *const trust_examples[] = {
    "trust add reader-ca.pem", "trust add --issuer iaca.pem", NULL,
};

static const char *const update_examples[] = {
    "trust update --rical-root list-ca.pem fetched", NULL,
};

static const char *const refill_examples[] = {
    "refill --challenge \"$(owncard-issuer challenge)\" --threshold 3 --count 10 -o keys.cbor", NULL,
};
static const char *const history_examples[] = {
    "history", "history --export -o history.json", "history --clear --off", NULL,
};
static const char *const export_examples[] = { "export -o backup", NULL };
static const char *const import_examples[] = { "import backup", NULL };

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
    { "engage", "meet a reader and answer it in a session", NULL, 0, 0,
      holder_engage_options, engage_examples, holder_engage },
    { "delete", "destroy a card with all its copies and keys", "CARD", 1, 1,
      holder_delete_options, NULL, holder_delete },
    { "status", "show copies left, days left, keys pending", NULL, 0, 0,
      holder_status_options, NULL, holder_status },
    { "refill", "make keys for cards with few copies left", NULL, 0, 0,
      holder_refill_options, refill_examples, holder_refill },
    { "history", "show, export or forget what was shown", NULL, 0, 0,
      holder_history_options, history_examples, holder_history },
    { "passphrase", "change the passphrase, and what a guess costs", NULL, 0, 0,
      holder_passphrase_options, NULL, holder_passphrase },
    { "export", "make a backup, sealed by its own passphrase", NULL, 0, 0,
      holder_export_options, export_examples, holder_export },
    { "import", "take in a backup, its copies quarantined", "[BACKUP]", 0, 1,
      holder_import_options, import_examples, holder_import },
    { "accept", "offer copies out of a backup again", "[CARD]", 0, 1,
      holder_accept_options, NULL, holder_accept },
    { "trust add", "know the readers a CA certifies by name", "PEM...", 1, COMMAND_ANY,
      holder_trust_add_options, trust_examples, holder_trust_add },
    { "trust update", "know the readers that lists name", "FOLDER", 1, 1,
      holder_trust_update_options, update_examples, holder_trust_update },
    { "trust list", "show which CAs are trusted", NULL, 0, 0,
      holder_cards_options, NULL, holder_trust_list },
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
