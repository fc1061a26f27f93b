/* Defects of deviceKeyInfo: a device key that no device can have, or none should show. */
#include "codec/cbw.h"
#include "issuer/defects/card.h"
#include "wrong/patch.h"

#define DEVICE_KEY "deviceKeyInfo/deviceKey"
#define CURVE DEVICE_KEY "/#-1"
#define X DEVICE_KEY "/#-2"
#define Y DEVICE_KEY "/#-3"

static bool need_two_coordinates(struct wrong_card *card)
{
    bool has = !curve_info(public_key_curve(card->right.mso.device_key))->is_okp;

    if (!has)
        wrong_card_fail(card, OC_USAGE, "this defect is one of device keys with x and y; make the "
                                        "keys with --curve P-256");
    return has;
}

/* One bit of y: the curve has no such point. */
static void off_curve(struct wrong_card *card, const struct defect *defect)
{
    struct bytes y;
    uint8_t last;

    if (!need_two_coordinates(card))
        return;
    y = patch_get(buf_view(&card->mso), defect->path);
    if (y.n == 0) {
        wrong_card_fail(card, OC_BUG, NULL);
        return;
    }
    last = y.p[y.n - 1] ^ 1;
    patch_bytes(&card->mso, (struct bytes){ y.p + y.n - 1, 1 }, (struct bytes){ &last, 1 });
}

static void without_y(struct wrong_card *card, const struct defect *defect)
{
    if (need_two_coordinates(card))
        wrong_mso_remove(card, defect);
}

static void on_another_curve(struct wrong_card *card, const struct defect *defect)
{
    bool is_p256 = public_key_curve(card->right.mso.device_key) == CURVE_P256;

    if (need_two_coordinates(card))
        patch_set(&card->mso, defect->path, is_p256 ? BYTES("\x02") : BYTES("\x01"));
}

/* x becomes a byte shorter, as where leading zeros are dropped. */
static void short_x(struct wrong_card *card, const struct defect *defect)
{
    struct coordinates point;
    struct buf x;

    public_key_coordinates(card->right.mso.device_key, &point);
    buf_init(&x, MDOC_BYTES_MAX);
    cbw_bstr(&x, (struct bytes){ point.x + 1, point.n - 1 });
    patch_move(&card->mso, defect->path, &x);
}

static void compressed(struct wrong_card *card, const struct defect *defect)
{
    struct coordinates point;

    if (!need_two_coordinates(card))
        return;
    public_key_coordinates(card->right.mso.device_key, &point);
    patch_set(&card->mso, defect->path, point.y[point.n - 1] & 1 ? BYTES("\xf5") : BYTES("\xf4"));
}

/* keyAuthorizations = { "nameSpaces": [N], "dataElements": { N: [element] } } */
static void authorized_twice(struct wrong_card *card, const struct defect *defect)
{
    struct bytes space = card->right.spaces[0].name;
    struct buf pair;

    buf_init(&pair, MDOC_BYTES_MAX);
    cbw_str(&pair, "keyAuthorizations");
    cbw_map(&pair, 2);
    cbw_str(&pair, "nameSpaces");
    cbw_array(&pair, 1);
    cbw_tstr(&pair, space);
    cbw_str(&pair, "dataElements");
    cbw_map(&pair, 1);
    cbw_tstr(&pair, space);
    cbw_array(&pair, 1);
    cbw_tstr(&pair, wrong_card_item(card, 0)->name);
    buf_fail(&card->mso, pair.err);
    patch_add(&card->mso, defect->path, buf_view(&pair));
    buf_cleanup(&pair);
}

const struct defect defects_device_key[] = {
    { .name = "device-key-missing", .text = "deviceKeyInfo has no device key",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove, .path = DEVICE_KEY },
    { .name = "device-key-info-missing", .text = "the MSO has no deviceKeyInfo",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove,
      .path = "deviceKeyInfo" },
    { .name = "device-key-off-curve", .text = "the device key's point is not on its curve",
      .check = "message", .stage = DEFECT_MSO, .make = off_curve, .path = Y },
    { .name = "device-key-other-curve",
      .text = "the device key names another curve than its coordinates are on",
      .check = "message", .stage = DEFECT_MSO, .make = on_another_curve, .path = CURVE },
    { .name = "device-key-short", .text = "the device key's x lacks its first byte",
      .check = "message", .stage = DEFECT_MSO, .make = short_x, .path = X },
    { .name = "device-key-without-y", .text = "the device key has an x and no y",
      .check = "message", .stage = DEFECT_MSO, .make = without_y, .path = Y },
    { .name = "device-key-without-type", .text = "the device key does not say of which type it is",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_remove,
      .path = DEVICE_KEY "/#1" },
    { .name = "device-key-rsa", .text = "the device key says that it is of type RSA",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_set,
      .path = DEVICE_KEY "/#1", .with = BYTES("\x03") },
    { .name = "device-key-private", .text = "the device key has a private part beside it",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_add, .path = DEVICE_KEY,
      .with = BYTES("\x23\x58\x20" "thirty-two bytes that are no key") },
    { .name = "device-key-not-a-key", .text = "the device key is a byte string, not a COSE_Key",
      .check = "message", .stage = DEFECT_MSO, .make = wrong_mso_set, .path = DEVICE_KEY,
      .with = BYTES("\x43" "key") },
    { .name = "device-key-compressed", .text = "the device key's y is only a sign",
      .check = "none", .verdict = WRONG_TAKEN, .stage = DEFECT_MSO, .make = compressed,
      .path = Y },
    { .name = "device-key-authorized-twice",
      .text = "the device key may sign a namespace both as a whole and by its elements",
      .check = "device.authorized", .stage = DEFECT_MSO, .make = authorized_twice,
      .path = "deviceKeyInfo" },
    { 0 },
};
