/*
 * The QR codes in a picture, found by libzbar. The only user of zbar.h.
 */
#ifndef OWNCARD_TRANSPORT_SCAN_H
#define OWNCARD_TRANSPORT_SCAN_H

#include "transport/picture.h"

/** Called with the text of each code found; `text` lives as long as the call. The same code may
 *  come more than once. @return whether that is enough */
typedef bool scan_found(void *context, struct bytes text);

/**
 * Look for QR codes, of any orientation and of any number, dark on light.
 *
 * Smaller copies are looked at first, ½, ⅓ and ¼, then the picture itself, since noise is averaged
 * away in them; what is small is looked at enlarged as well, since a module takes 2.5 pixels. If
 * nothing was found in any of these, copies tilted eight ways are looked at: zbar does not read
 * every code that is seen askew. Looking ends after the first copy in which something was enough.
 *
 * @retval OC_MEMORY
 */
enum oc_err scan_codes(const struct picture *picture, scan_found *found, void *context)
    OC_MUST_CHECK;

#endif
