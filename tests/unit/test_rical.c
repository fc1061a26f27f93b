#include "trust/rical.h"

#include <string.h>

#include "tests/unit/list_world.h"
#include "tests/unit/parser.h"

static struct list_world w;

static enum oc_err verify(struct bytes message, struct oc_fault *fault)
{
    struct trust_list_in in = list_in(&w, message);
    struct trust_rical rical;
    enum oc_err e = trust_rical_verify(&rical, &in, fault);

    if (e != OC_OK && (rical.list.entries != NULL || rical.list.bytes.p != NULL))
        ok(false, "all zero on error");
    trust_rical_cleanup(&rical);
    return e;
}

static void test_round_trip(void)
{
    struct trust_list_spec spec = list_spec(&w);
    struct trust_anchors anchors = { 0 };
    struct buf message = new_buf();
    struct trust_list_in in;
    struct trust_rical r;

    must(trust_rical_write(&message, &spec));
    in = list_in(&w, buf_view(&message));
    ok(trust_rical_verify(&r, &in, NULL) == OC_OK && r.list.entries_n == 2 &&
       r.list.skipped_n == 0 && r.list.issue_id == 7 &&
       bytes_is(r.list.provider, "Test provider"), "two reader CAs");
    must(trust_rical_add_to(&anchors, &r));
    ok(anchors.n == 2 && trust_anchors_allow(&anchors, 0, BYTES("anything")), "for any docType");
    trust_anchors_cleanup(&anchors);
    trust_rical_cleanup(&r);
    parser_bounds(verify, buf_view(&message), "our own");
    buf_cleanup(&message);
}

/* A VICAL is no RICAL, nor the reverse; the chain is protected, the type is there. */
static void test_kind(void)
{
    static const char type[] = "org.iso.18013.5.1.reader_authentication";
    struct trust_list_spec spec = list_spec(&w);
    struct buf vical = new_buf(), rical = new_buf(), payload = new_buf(), message = new_buf();
    struct trust_list_in in;
    struct oc_fault fault = { 0 };
    struct trust_vical v;

    must(trust_vical_write(&vical, &spec));
    ok(verify(buf_view(&vical), &fault) == OC_SHAPE, "a VICAL: %s", fault.reason);
    must(trust_rical_write(&rical, &spec));
    in = list_in(&w, buf_view(&rical));
    ok(trust_vical_verify(&v, &in, NULL) == OC_SHAPE, "not taken for a VICAL either");

    cbw_map(&payload, 5);
    cbw_str(&payload, "version");
    cbw_str(&payload, "1.0");
    cbw_str(&payload, "provider");
    cbw_str(&payload, "P");
    cbw_str(&payload, "date");
    cbw_tdate(&payload, w.f.now);
    cbw_str(&payload, "certificateInfos");
    cbw_array(&payload, 0);
    cbw_str(&payload, "type");
    cbw_str(&payload, type);
    list_sign(&message, &w, buf_view(&payload), true);
    ok(verify(buf_view(&message), NULL) == OC_OK, "an empty one");
    list_sign(&message, &w, buf_view(&payload), false);
    ok(verify(buf_view(&message), &fault) == OC_SHAPE, "unprotected certificates: %s",
       fault.reason);
    payload.p[payload.n - 1] = 'm';
    list_sign(&message, &w, buf_view(&payload), true);
    ok(verify(buf_view(&message), &fault) == OC_SHAPE && strstr(fault.reason, "type") != NULL,
       "another type: %s", fault.reason);
    payload.p[0] = 0xa4;
    payload.n -= sizeof type - 1 + 2 + 5;
    list_sign(&message, &w, buf_view(&payload), true);
    ok(verify(buf_view(&message), &fault) == OC_SHAPE, "no type: %s", fault.reason);
    buf_cleanup(&vical);
    buf_cleanup(&rical);
    buf_cleanup(&payload);
    buf_cleanup(&message);
}

static void test_mutation(void)
{
    struct trust_list_spec spec = list_spec(&w);
    struct buf message = new_buf();

    spec.items_n = 1;
    must(trust_rical_write(&message, &spec));
    ok(parser_flips_accepted(verify, &message) == 0, "%zu bits flipped one by one: none accepted", 8 * message.n);
    buf_cleanup(&message);
}

int main(void)
{
    must(secret_pool_init());
    list_world_init(&w);
    test_round_trip();
    test_kind();
    test_mutation();
    list_world_cleanup(&w);
    return done();
}
