/*
 * owncard-verifier asks for attributes and checks what is shown, with no network.
 *
 *   request.c  step 3 of 5    asks              verify.c  step 5 of 5    checks the answer
 *   ask.c      both in a session, over TCP or NFC
 *   init.c     makes the key that signs requests
 *   trust.c    whose cards are believed        import.c   signed lists
 *   diagnose.c    which session an answer was made for          transcript.c  writes a session's
 */
#include "verbs/cert_lint.h"
#include "verifier/verbs.h"

static const char *const init_examples[] = { "init --name \"Front desk\"", NULL };
static const char *const request_examples[] = {
    "request -o ask.cbor age-over-18",
    "request --list",
    "request --qr-image ask.png -o ask.cbor age-over-18",
    "request --qr -o ask.cbor --card example.guangzhou.vid.1 age-over-18",
    "request -o ask.cbor -t org.iso.18013.5.1.mDL -e org.iso.18013.5.1/family_name,retain",
    NULL,
};
static const char *const verify_examples[] = {
    "verify --request ask.cbor answer.cbor",
    "verify --request ask.cbor --response-image 1.png 2.png 3.png",
    "verify --anchor iaca.pem --transcript session.hex answer.hex",
    "verify --issuer-signed --signer ds.pem --json card.cbor",
    "verify --diagnose --origin https://shop.example --nonce n-0S6 answer.cbor",
    NULL,
};
static const char *const ask_examples[] = {
    "ask --tcp 7000 --engagement-image photo.jpg age-over-18",
    "ask --nfc --card example.guangzhou.vid.1 hotel-check-in",
    NULL,
};
static const char *const transcript_examples[] = {
    "transcript --list",
    "transcript --handover openid4vp-dcapi --origin https://shop.example --nonce n-0S6 -o t.cbor",
    NULL,
};
static const char *const trust_examples[] = {
    "trust add iaca.pem", "trust add --vical-root list-ca.pem list.vical", NULL,
};
static const char *const update_examples[] = { "trust update --dry-run fetched", NULL };

static const struct command_verb verbs[] = {
    { "init", "make a reader key and ask for its certificate", NULL, 0, 0,
      verifier_init_options, init_examples, verifier_init },
    { "request", "ask a holder for attributes", "[NAME|FILE.json]", 0, 1,
      verifier_request_options, request_examples, verifier_request },
    { "verify", "check what a holder shows", "[RESPONSE|PICTURE...]", 0, COMMAND_ANY,
      verifier_verify_options, verify_examples, verifier_verify },
    { "ask", "meet a holder: request and verify in a session", "[NAME|FILE.json]", 0, 1,
      verifier_ask_options, ask_examples, verifier_ask },
    { "transcript", "write the SessionTranscript of a handover", NULL, 0, 0,
      verifier_transcript_options, transcript_examples, verifier_transcript },
    { "trust add", "believe authorities, and lists of them", "[FILE]...", 0, COMMAND_ANY,
      verifier_trust_add_options, trust_examples, verifier_trust_add },
    { "trust list", "show whose cards are believed", NULL, 0, 0,
      verifier_trust_list_options, NULL, verifier_trust_list },
    { "trust update", "import signed lists that lie in a folder", "FOLDER", 1, 1,
      verifier_trust_update_options, update_examples, verifier_trust_update },
    { "trust remove", "no longer believe an issuing authority", "FINGERPRINT", 1, 1,
      verifier_trust_options, NULL, verifier_trust_remove },
    { "cert lint", "say which rules a certificate keeps and breaks", "FILE...", 1, COMMAND_ANY,
      cert_lint_options, cert_lint_examples, cert_lint_run },
    { .name = NULL },
};

static const char *const examples[] = {
    "trust add iaca.pem",
    "request -o ask.cbor age-over-18",
    "verify --request ask.cbor answer.cbor",
    NULL,
};

static const struct command_tool tool = {
    "owncard-verifier", "asks for attributes of identity cards and checks what is shown, offline",
    verbs, examples,
};

int main(int argc, char **argv)
{
    return command_main(&tool, argc, argv);
}
