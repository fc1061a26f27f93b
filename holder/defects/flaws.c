#include "holder/defects/flaws.h"

#include <string.h>

#include "holder/defects/response.h"

static const struct flaw *const tables[] = {
    flaws_device, flaws_mac, flaws_element, flaws_document, flaws_encryption, flaws_response,
};

const struct flaw *flaw_at(size_t i)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (const struct flaw *f = tables[t]; f->name != NULL; f++, i--)
            if (i == 0)
                return f;
    return NULL;
}

const struct flaw *flaw_find(const char *name)
{
    const struct flaw *f;

    for (size_t i = 0; (f = flaw_at(i)) != NULL; i++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
