/*
 * What is measured: a thousand copies of a card with twelve elements and a portrait of 1 KiB, each
 * with its own device key and its own entry in a status list, all elements shown; everything on
 * P-256 with SHA-256. And what a verifier goes by: an authority, its status list and revocation
 * list, a policy.
 */
#ifndef OWNCARD_TESTS_WORLD_H
#define OWNCARD_TESTS_WORLD_H

#include "mdoc/key_proof.h"
#include "tests/bench/bound.h"
#include "tests/unit/status_world.h"
#include "trust/crl.h"

enum {
    WORLD_COPIES = 1000, WORLD_ELEMENTS = 12, WORLD_PORTRAIT_N = 1024,
    WORLD_ENTRIES = 1 << 20,            /* of the status list, one bit each */
    WORLD_REVOKED = 100,                /* certificates in the revocation list */
};

#define WORLD_TYPE "org.iso.18013.5.1.mDL"
#define WORLD_SPACE "org.iso.18013.5.1"

struct world_copy {
    struct private_key *device_key;
    struct buf proof;                   /* KeyProofs, of this one key */
    struct buf issued;                  /* IssuerSigned */
    struct mdoc_issuer_signed card;     /* the same, parsed, as an open vault has it */
    struct buf response;                /* DeviceResponse in plain, device signature, all shown */
};

struct world {
    struct status_world s;
    uint8_t portrait[WORLD_PORTRAIT_N + 3];     /* as CBOR */
    struct mdoc_claim claims[WORLD_ELEMENTS];
    struct mdoc_requested asked[WORLD_ELEMENTS];
    struct buf request_bytes;           /* asks for all of them, QR handover, signed */
    struct mdoc_device_request request;
    struct world_copy copies[WORLD_COPIES];
    const struct public_key *device_keys[WORLD_COPIES];     /* the public parts, as issuing gets them */
    struct trust_status_ref places[WORLD_COPIES];           /* in the status list */
    struct trust_status_lists lists;
    struct trust_crls crls;
    struct mdoc_policy policy;
};

/** Make all of it; ends the program when something fails. */
struct world *world_new(void);
void world_free(struct world **world);

/** The verification of copy `i`, with nobody remembered. */
struct mdoc_verify_in world_verify_in(const struct world *world, size_t i);

/** Verify a copy, and end the program unless every check passes but that of an encryption, which
 *  this exchange has not. */
void world_must_check_all(const struct world *world);

/** What mdoc_issue() is given for copy `i`. */
struct mdoc_issue_spec world_issue_spec(const struct world *world, size_t i);

/** The bytes that verifying, issuing or presenting copy 0 hashes; views into `world` and, for the
 *  structures that are built and dropped, into memory of the same length. */
void world_hashes_verify(struct bound *bound, const struct world *world, bool with_certificate);
void world_hashes_issue(struct bound *bound, const struct world *world, bool with_proof);
void world_hashes_present(struct bound *bound, const struct world *world);

#endif
