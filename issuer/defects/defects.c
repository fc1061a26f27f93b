#include "issuer/defects/defects.h"

#include <string.h>

#include "issuer/defects/card.h"

static const struct defect *const tables[] = {
    defects_mso, defects_time, defects_device_key, defects_digest, defects_item,
    defects_issuing, defects_auth, defects_chain, defects_certificate, defects_status,
};

const struct defect *defect_at(size_t i)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct defect *d = tables[t]; d->name != NULL; d++, i--)
            if (i == 0)
                return d;
    return NULL;
}

const struct defect *defect_find(const char *name)
{
    const struct defect *d;

    for (size_t i = 0; (d = defect_at(i)) != NULL; i++)
        if (strcmp(d->name, name) == 0)
            return d;
    return NULL;
}
