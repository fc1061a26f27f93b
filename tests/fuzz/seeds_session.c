/* Seeds of the targets that look at sessions. */
#include "tests/fuzz/seeds.h"
#include "tests/fuzz/session_world.h"
#include "tests/unit/fixture.h"

static void engagements(void)
{
    const struct mdoc_retrieval retrievals[] = {
        { .type = MDOC_RETRIEVAL_NFC, .version = 1, .max_command = 65535, .max_response = 65536 },
        { .type = MDOC_RETRIEVAL_BLE, .version = 1, .options = BYTES("\xa2\x00\xf4\x01\xf5") },
    };

    for (size_t i = 0; curve_at(i) != NULL; i++) {
        struct private_key *key;
        struct buf engagement = new_buf(), text = new_buf();

        if (!curve_at(i)->agrees)
            continue;
        key = new_key(curve_at(i)->curve);
        mdoc_engagement_write(&engagement, &(struct mdoc_engagement_spec){
            .device_key = private_key_public(key), .retrievals = retrievals, .retrievals_n = 2,
            .origin_infos = BYTES("\x80"), .capabilities = BYTES("\xa1\x02\xf5") });
        mdoc_engagement_uri_write(&text, buf_view(&engagement));
        put("engagement", curve_at(i)->name, buf_view(&engagement));
        put("engagement", curve_at(i)->openssl_name, buf_view(&text));
        private_key_free(&key);
        buf_cleanup(&engagement);
        buf_cleanup(&text);
    }
}

static void handovers(struct bytes engagement)
{
    const struct mdoc_nfc_carrier carriers[] = {
        { .power = MDOC_NFC_ACTIVE, .is_for_mdoc = true, .max_command = 255, .max_response = 256 },
        { .power = MDOC_NFC_INACTIVE, .id = BYTES("0"), .format = 2,
          .type = BYTES("application/vnd.bluetooth.le.oob"), .data = BYTES("\x02\x1c\x01") },
    };
    struct buf out = new_buf();

    mdoc_nfc_select_write(&out, engagement, carriers, 2);
    put("nfc_handover", "two", buf_view(&out));
    buf_truncate(&out, 0);
    mdoc_nfc_select_write(&out, engagement, carriers, 1);
    put("nfc_handover", "nfc", buf_view(&out));
    buf_cleanup(&out);
}

void session_seeds(void)
{
    struct fuzz_pair p = fuzz_pair();
    struct buf wire = new_buf();

    engagements();
    handovers(mdoc_session_engagement(p.holder));
    fuzz_pass(p.reader, p.holder, &wire);
    put("session", "first", buf_view(&wire));
    fuzz_pass(p.holder, p.reader, &wire);
    put("session", "response", buf_view(&wire));
    fuzz_pass(p.reader, p.holder, &wire);
    put("session", "request", buf_view(&wire));
    put("session", "cannot-decrypt", BYTES("\xa1\x66" "status\x0a"));
    put("session", "cannot-read", BYTES("\xa1\x66" "status\x0b"));
    put("session", "end", BYTES("\xa1\x66" "status\x14"));
    fuzz_pair_free(&p);
    p = fuzz_pair();
    fuzz_pass(p.reader, p.holder, &wire);
    buf_truncate(&wire, 0);
    hold(mdoc_session_send(p.holder, &wire, BYTES("last"), true, 0) == OC_OK);
    put("session", "last", buf_view(&wire));
    fuzz_pair_free(&p);
    buf_cleanup(&wire);
}
