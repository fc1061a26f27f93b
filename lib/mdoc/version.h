#ifndef OWNCARD_MDOC_VERSION_H
#define OWNCARD_MDOC_VERSION_H

#include "core/bytes.h"

/** "1.0", "1.1" and so on: major version 1, whose minor versions only add what may be skipped. */
bool mdoc_version_is_1(struct bytes version);

#endif
