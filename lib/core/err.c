#include "core/err.h"

const char *oc_err_name(enum oc_err e)
{
    switch (e) {
    case OC_OK:          return "ok";
    case OC_USAGE:       return "usage";
    case OC_SYNTAX:      return "syntax";
    case OC_TRUNCATED:   return "truncated";
    case OC_TRAILING:    return "trailing";
    case OC_SHAPE:       return "shape";
    case OC_LIMIT:       return "limit";
    case OC_SIGNATURE:   return "signature";
    case OC_DIGEST:      return "digest";
    case OC_UNTRUSTED:   return "untrusted";
    case OC_EXPIRED:     return "expired";
    case OC_REFUSED:     return "refused";
    case OC_IO:          return "io";
    case OC_MEMORY:      return "memory";
    case OC_UNAVAILABLE: return "unavailable";
    case OC_BUG:         return "bug";
    }
    return "unknown";
}

const char *oc_err_text(enum oc_err e)
{
    switch (e) {
    case OC_OK:          return "no error";
    case OC_USAGE:       return "the call makes no sense";
    case OC_SYNTAX:      return "not well-formed";
    case OC_TRUNCATED:   return "the message ends too early";
    case OC_TRAILING:    return "something follows the message";
    case OC_SHAPE:       return "not the expected message";
    case OC_LIMIT:       return "larger than we accept";
    case OC_SIGNATURE:   return "the signature does not hold";
    case OC_DIGEST:      return "a value is not the one that was signed";
    case OC_UNTRUSTED:   return "nobody we trust vouches for it";
    case OC_EXPIRED:     return "outside its validity";
    case OC_REFUSED:     return "refused";
    case OC_IO:          return "reading or writing failed";
    case OC_MEMORY:      return "out of memory";
    case OC_UNAVAILABLE: return "not available in this OpenSSL";
    case OC_BUG:         return "internal error";
    }
    return "unknown error";
}
