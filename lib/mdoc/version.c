#include "mdoc/version.h"

bool mdoc_version_is_1(struct bytes version)
{
    if (version.n < 3 || version.p[0] != '1' || version.p[1] != '.')
        return false;
    for (size_t i = 2; i < version.n; i++)
        if (version.p[i] < '0' || version.p[i] > '9')
            return false;
    return true;
}
