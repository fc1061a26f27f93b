/* JSON that a user brings along: card types and requests; JSON itself is written and read again. */
#include "cli/catalog.h"
#include "tests/fuzz/fuzz.h"

static void check_json(struct bytes src)
{
    struct json_fault fault = { 0 };
    json_t *value = json_read(src, &fault), *again;
    struct buf text = fuzz_buf();

    if (value == NULL) {
        hold(fault.text[0] != '\0' && memchr(fault.text, '\0', sizeof fault.text) != NULL);
    } else {
        hold(json_write(&text, value) == OC_OK);
        again = json_read(buf_view(&text), NULL);
        hold(again != NULL && json_equal(value, again));
        json_decref(again);
        json_decref(value);
    }
    buf_cleanup(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct catalog catalog;
    struct bytes src = { p, n };
    struct catalog_fault fault;
    const struct card_type *cards;
    const struct request_type *requests;

    check_json(src);
    if (catalog.cards == NULL)
        hold(catalog_init(&catalog, &fault) == OC_OK);
    cards = catalog.cards;
    requests = catalog.requests;
    if (catalog_add_card(&catalog, src, &fault) != OC_OK)
        hold(catalog.cards == cards);
    if (catalog_add_request(&catalog, src, &fault) != OC_OK)
        hold(catalog.requests == requests);
    if (catalog.cards != cards || catalog.requests != requests)
        catalog_cleanup(&catalog);
    return 0;
}
