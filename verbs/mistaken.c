#include "verbs/mistaken.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/message.h"
#include "mdoc/describe.h"
#include "mdoc/issuer_signed.h"
#include "trust/file.h"

/* Names as mdoc_message_name() and trust_file_word() have them, and who takes such a file. */
static const struct { const char *name, *what; } known[] = {
    { "IssuerSigned", "copies of a card (IssuerSigned), which owncard-holder store takes" },
    { "DeviceRequest", "a request (DeviceRequest), which owncard-holder present answers" },
    { "DeviceResponse", "an answer (DeviceResponse), which owncard-verifier verify checks" },
    { "KeyProofs", "device keys with their proofs (KeyProofs), which owncard-issuer issue takes" },
    { "SealedVault", "a vault or a backup, which only owncard-holder opens" },
    { "SessionTranscript", "the transcript of a session (SessionTranscript)" },
    { "MobileSecurityObject", "a MobileSecurityObject, the part of a card that its issuer signs" },
    { "COSE_Key", "a key (COSE_Key)" },
    { "certificate", "a certificate" },
    { "link certificate", "a link certificate, which owncard-verifier trust update takes" },
    { "revocation list", "a revocation list of certificates (CRL), for --crl and trust update" },
    { "VICAL",
      "a list of issuing authorities (VICAL), for owncard-verifier trust add --vical-root" },
    { "RICAL", "a list of reader authorities (RICAL), which owncard-holder trust update takes" },
    { "status list", "a status list, for --status-list and owncard-verifier trust update" },
    { "identifier list",
      "an identifier list, for --status-list and owncard-verifier trust update" },
};

/* Of several messages in one file, as copies of a card come, the first names them all. */
static const char *name_of(struct bytes file)
{
    struct trust_file look;
    size_t n = file.n;

    trust_file_look(&look, file);
    if (look.kind != TRUST_FILE_UNKNOWN)
        return trust_file_word(look.kind);
    if (mdoc_sequence_next(file, &n, NULL) != OC_OK)
        return "";
    return mdoc_message_name((struct bytes){ file.p, n });
}

void mistaken_hint(struct bytes file, const char *expected)
{
    const char *name = name_of(file), *text = message_text_kind(file);

    if (strcmp(name, expected) == 0 || (text != NULL && strcmp(text, expected) == 0))
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0)
            text = known[i].what;
    if (text != NULL)
        hint_print("this looks like %s", text);
}

enum oc_err mistaken_message(enum oc_err e, const char *path, struct bytes message,
                             const char *expected, const struct oc_fault *fault)
{
    fail_fault(e, path, fault);
    if (exit_status(e) == STATUS_NOT_A_MESSAGE)
        mistaken_hint(message, expected);
    return e;
}

enum oc_err mistaken_certificate(enum oc_err e, const char *path, struct bytes file)
{
    fail_print(e, "%s: no certificate in PEM", path);
    mistaken_hint(file, trust_file_word(TRUST_FILE_CERTIFICATE));
    return e;
}
