/* owncard-issuer: makes authorities and test people, and issues cards. Step 1 of the flow. */
#include <stdio.h>

#include "issuer/own_key.h"
#include "issuer/verbs.h"
#include "verbs/cert_lint.h"

#define DIR_OPTION                                                                              \
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer", false }
#define AT_OPTION                                                                               \
    { "at", 0, "TIME", "the moment to work at, RFC 3339, by default now", false }
#define OUTPUT_OPTION(what)                                                                     \
    { "output", 'o', "FILE", "where " what " go, by default standard output", false }

#define REGISTRY_OPTION                                                                         \
    { "registry", 0, "URL", "a PostgreSQL database that the registry is in, by default the one " \
                            "status init was given, or else a file in the issuer's folder", false }

static const struct command_option init_options[] = {
    { "dir", 0, "DIR", "the issuer's folder, by default $XDG_DATA_HOME/owncard/issuer; iaca.key in "
                       "it signs only the signers of cards and of status lists: keep it offline",
      false },
    { "country", 0, "CN", "the issuing country, two capital letters, by default CN", false },
    { "state", 0, "STATE", "the issuing state or province, by default none", false },
    { "name", 0, "NAME", "the organisation; the certificates' names begin with it", false },
    { "curve", 0, "CURVE", "curve of the keys: P-256 (the default), P-384, P-521, or a brainpool "
                           "curve such as brainpoolP256r1", false },
    { "issuer-uri", 0, "URI", "how to reach the issuer: a URI or an e-mail address, by default "
                              "https://issuer.example/", false },
    { "crl-uri", 0, "URI", "where the IACA's revocation list would be, by default "
                           "https://issuer.example/iaca.crl", false },
    OWN_KEY_OPTION,
    TOKEN_PIN_OPTIONS,
    AT_OPTION,
    { 0 },
};

static const struct command_option reader_cert_options[] = {
    DIR_OPTION,
    { "name", 0, "NAME", "the verifier's name instead of the one in the request", false },
    { "days", 0, "N", "how long it is valid, by default 1095, at most 1187", false },
    AT_OPTION,
    { "output", 'o', "FILE", "where the certificate goes, by default standard output", false },
    TOKEN_PIN_OPTIONS,
    { 0 },
};

static const struct command_option challenge_options[] = { DIR_OPTION, AT_OPTION, { 0 } };

static const struct command_option issue_options[] = {
    { "type", 't', "TYPE", "the card type: a docType, or a JSON file of your own", false },
    { "claims", 'c', "FILE", "what the card says: a JSON object of namespaces, each of elements", false },
    { "keys", 'k', "FILE", "the device keys with their proofs, from owncard-holder keys", false },
    { "valid-from", 0, "TIME", "when the copies begin to be valid, by default at once", false },
    { "valid-until", 0, "TIME", "when they end; times are rounded down to the day, or to the hour "
                                "for less than a week", false },
    { "days", 0, "N", "how many days they are valid, by default as the card type says", false },
    { "digest", 0, "NAME", "SHA-256 (the default), SHA-384 or SHA-512", false },
    { "signer", 0, "NAME", "sign by NAME.pem and NAME.key of the issuer's folder, such as one that "
                           "roll has kept; by default ds, the newest", false },
    { "signer-key", 0, "KEY", "sign with this document signer's key, not with the folder's; PEM, JWK "
                              "or COSE_Key, or the pkcs11: URI of one in a token", false },
    { "signer-cert", 0, "PEM", "with --signer-key: its certificate, and those above it but for the "
                               "root", true },
    { "holder", 0, "ID", "whom the registry has the copies for: an opaque word, never a name; by "
                         "default a random one, printed", false },
    { "status-list", 0, "URI", "the status list that the copies stand in, or none; by default the "
                               "newest", false },
    { "strict", 0, NULL, "refuse claims that the card type has no place for", false },
    { "defect", 0, "NAME", "make the copies wrong in one way, on purpose, to test a verifier", false },
    { "list-defects", 0, NULL, "print what can be made wrong and which check refuses it", false },
    { "i-know", 0, NULL, "issue citizen numbers that a real person may have", false },
    DIR_OPTION,
    REGISTRY_OPTION,
    AT_OPTION,
    OUTPUT_OPTION("the copies"),
    TOKEN_PIN_OPTIONS,
    { 0 },
};

static const struct command_option state_options[] = {
    { "holder", 0, "ID", "all cards issued to this holder, as after a lost phone", false },
    { "batch", 0, "N", "the copies of one run of issue", false },
    { "card", 0, "FILE", "the copies of the same run as this one, which issue made", false },
    DIR_OPTION,
    REGISTRY_OPTION,
    { 0 },
};

static const struct command_option status_init_options[] = {
    { "uri", 0, "URI", "where the list will be published; it stands in the cards", false },
    { "bits", 0, "1|2", "of an entry: 1, the default, lets cards be revoked; 2 suspended too, "
                        "which no ISO mDL allows", false },
    { "size", 0, "N", "how many entries, from 1000000; by default 1048576", false },
    TOKEN_PIN_OPTIONS,
    DIR_OPTION,
    REGISTRY_OPTION,
    AT_OPTION,
    { 0 },
};

static const struct command_option status_list_options[] = { DIR_OPTION, REGISTRY_OPTION, { 0 } };

static const struct command_option status_publish_options[] = {
    { "to", 0, "FOLDER", "where the lists go, each as status-N.cwt", false },
    { "output", 'o', "FILE", "where one list goes", false },
    { "uri", 0, "URI", "only this list", false },
    { "signer", 0, "NAME", "sign by NAME.pem and NAME.key of the issuer's folder, by default "
                           "status and, with --to, those that roll has kept too", false },
    { "period", 0, "HOURS", "how often lists are published, by default 24; they are dated to the "
                            "start of their period", false },
    { "ttl", 0, "HOURS", "for how long a verifier may use a list, by default two periods", false },
    { "days", 0, "N", "when it expires, by default after 7", false },
    TOKEN_PIN_OPTIONS,
    DIR_OPTION,
    REGISTRY_OPTION,
    AT_OPTION,
    { 0 },
};

static const struct command_option people_options[] = {
    { "count", 'n', "N", "how many, by default one", false },
    { "seed", 's', "S", "which people: a seed and a day give the same ones, by default 1", false },
    { "no-portrait", 0, NULL, "leave the portraits out", false },
    AT_OPTION,
    OUTPUT_OPTION("the claims"),
    { 0 },
};

static const char *const init_examples[] = {
    "init --dir issuer",
    "init --dir issuer --country CN --name \"Guangzhou Test Authority\"",
    NULL,
};
static const char *const reader_cert_examples[] = {
    "reader-cert -o reader.pem reader.csr",
    NULL,
};
static const char *const issue_examples[] = {
    "issue -t example.guangzhou.vid.1 -c resident.json -k keys.cbor -o copies.cbor",
    "issue -t ./student-card.json --days 7 -c student.json -k keys.cbor -o copies.cbor",
    NULL,
};
static const char *const revoke_examples[] = {
    "revoke --holder 5e0c1f",
    "revoke --card copies.cbor",
    NULL,
};
static const char *const suspend_examples[] = { "suspend --batch 12", NULL };
static const char *const reinstate_examples[] = { "reinstate --batch 12", NULL };
static const char *const status_init_examples[] = {
    "status init --uri https://issuer.example/status/1",
    "status init --uri https://issuer.example/status/2 --bits 2",
    "status init --uri https://issuer.example/status/1 --registry postgresql://db.example/owncard",
    NULL,
};
static const char *const status_publish_examples[] = {
    "status publish --to /srv/status",
    "status publish --uri https://issuer.example/status/1 -o status.cwt",
    NULL,
};
static const char *const people_examples[] = {
    "people --seed 2017 -o resident.json",
    "people --count 1000 --no-portrait > residents.jsonl",
    NULL,
};

static const char *const types_show_examples[] = {
    "types show example.guangzhou.vid.1",
    "types show ./library.json --lang zh",
    NULL,
};

static const char *const types_check_examples[] = { "types check library.json", NULL };
static const char *const types_new_examples[] = {
    "types new org.example.library.1 --title \"Library card\" -o library.json",
    "types new org.example.staff.1 --from org.iso.23220.photoid.1 -o staff.json",
    NULL,
};
static const char *const claims_new_examples[] = {
    "claims new -t ./library.json -o claims.json", NULL,
};
static const char *const claims_check_examples[] = {
    "claims check -t example.guangzhou.vid.1 residents.jsonl",
    "claims check -t ./library.json claims.json",
    NULL,
};

static const char *const revoke_cert_examples[] = {
    "revoke-cert --reason superseded ds-1f0c2a9e.pem", NULL,
};
static const char *const crl_examples[] = { "crl -o iaca.crl", NULL };
static const char *const roll_examples[] = { "roll", "roll --ds", NULL };
static const char *const vical_examples[] = {
    "vical -t org.iso.18013.5.1.mDL -o list.vical iaca.pem", NULL,
};
static const char *const rical_examples[] = { "rical -o list.rical reader-ca.pem", NULL };

static const struct command_verb verbs[] = {
    { .name = "init", .summary = "make the certificates and keys of an issuer",
      .options = init_options, .examples = init_examples, .run = init_run },
    { .name = "reader-cert", .summary = "certify a verifier's key",
      .arguments = "REQUEST.csr", .min = 1, .max = 1,
      .options = reader_cert_options, .examples = reader_cert_examples, .run = reader_cert_run },
    { .name = "challenge", .summary = "print a challenge that serves once within a day",
      .options = challenge_options, .run = challenge_run },
    { .name = "issue", .summary = "issue one copy of a card for each device key",
      .options = issue_options, .examples = issue_examples, .run = issue_run },
    { .name = "cert lint", .summary = "say which rules a certificate keeps and breaks",
      .arguments = "FILE...", .min = 1, .max = COMMAND_ANY,
      .options = cert_lint_options, .examples = cert_lint_examples, .run = cert_lint_run },
    { .name = "revoke-cert", .summary = "note that a certificate is revoked",
      .arguments = "CERT.pem", .min = 1, .max = 1,
      .options = revoke_cert_options, .examples = revoke_cert_examples, .run = revoke_cert_run },
    { .name = "crl", .summary = "sign the list of revoked certificates",
      .options = crl_options, .examples = crl_examples, .run = crl_run },
    { .name = "roll", .summary = "make a new IACA and its link, or a new signer",
      .options = roll_options, .examples = roll_examples, .run = roll_run },
    { .name = "vical init", .summary = "make the signer of lists of authorities",
      .options = vical_init_options, .run = vical_init_run },
    { .name = "vical", .summary = "sign a list of issuing authorities",
      .arguments = "PEM...", .min = 1, .max = COMMAND_ANY,
      .options = vical_options, .examples = vical_examples, .run = vical_run },
    { .name = "rical", .summary = "sign a list of readers' authorities",
      .arguments = "PEM...", .min = 1, .max = COMMAND_ANY,
      .options = rical_options, .examples = rical_examples, .run = rical_run },
    { .name = "revoke", .summary = "revoke copies for good, linking those of a batch",
      .options = state_options, .examples = revoke_examples, .run = revoke_run },
    { .name = "suspend", .summary = "suspend copies, linking those of a batch",
      .options = state_options, .examples = suspend_examples, .run = suspend_run },
    { .name = "reinstate", .summary = "make suspended copies good again",
      .options = state_options, .examples = reinstate_examples, .run = reinstate_run },
    { .name = "status init", .summary = "make a status list for cards yet to be issued",
      .options = status_init_options, .examples = status_init_examples, .run = status_init_run },
    { .name = "status list", .summary = "show the status lists and how full they are",
      .options = status_list_options, .run = status_list_run },
    { .name = "status publish", .summary = "sign the status lists for verifiers",
      .options = status_publish_options, .examples = status_publish_examples,
      .run = status_publish_run },
    { .name = "types list", .summary = "list the card types",
      .options = types_list_options, .run = types_list_run },
    { .name = "types show", .summary = "show what a card type has on its cards",
      .arguments = "TYPE", .min = 1, .max = 1,
      .options = types_show_options, .examples = types_show_examples, .run = types_show_run },
    { .name = "types check", .summary = "say all that is wrong with a card type's file",
      .arguments = "FILE...", .min = 1, .max = COMMAND_ANY,
      .examples = types_check_examples, .run = types_check_run },
    { .name = "types new", .summary = "write a card type of your own, to be changed",
      .arguments = "DOCTYPE", .min = 1, .max = 1,
      .options = types_new_options, .examples = types_new_examples, .run = types_new_run },
    { .name = "claims new", .summary = "write claims that a card type takes, to be changed",
      .options = claims_new_options, .examples = claims_new_examples, .run = claims_new_run },
    { .name = "claims check", .summary = "say all that is wrong with claims",
      .arguments = "[FILE]...", .min = 0, .max = COMMAND_ANY,
      .options = claims_check_options, .examples = claims_check_examples, .run = claims_check_run },
    { .name = "people", .summary = "make claims of synthetic residents",
      .options = people_options, .examples = people_examples, .run = people_run },
    { .name = "show", .summary = "show any message or certificate, unchecked",
      .arguments = "[FILE]", .min = 0, .max = 1, .run = show_run },
    { 0 },
};

static const char *const examples[] = {
    "init",
    "people --seed 2017 -o resident.json",
    "challenge",
    "issue -t example.guangzhou.vid.1 -c resident.json -k keys.cbor -o copies.cbor",
    "show copies.cbor",
    NULL,
};

static const struct command_tool tool = {
    .name = "owncard-issuer",
    .summary = "Make an issuer of identity cards, and issue cards",
    .verbs = verbs,
    .examples = examples,
};

int main(int argc, char **argv)
{
    return command_main(&tool, argc, argv);
}
