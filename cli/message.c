#include "cli/message.h"

#include "cli/exit.h"
#include "cli/io.h"
#include "core/text.h"

enum { TEXT_PER_BYTE = 3 };     /* two digits, and a blank at most */

enum oc_err message_read(struct buf *out, const char *path, size_t max)
{
    struct buf file;
    struct oc_fault fault = { 0, "neither CBOR nor hexadecimal text" };
    enum oc_err e = io_read(&file, path, TEXT_PER_BYTE * max);

    buf_init(out, max);
    if (e != OC_OK)
        return e;
    if (file.n == 0 || file.p[0] > 0x7f) {
        buf_add(out, buf_view(&file));
        e = buf_err(out);
    } else {
        e = hex_read(out, buf_view(&file));
    }
    buf_cleanup(&file);
    if (e == OC_LIMIT)
        fault.reason = "longer than any message here";
    if (e != OC_OK) {
        buf_cleanup(out);
        fail_fault(e, path, e == OC_MEMORY ? NULL : &fault);
    }
    return e;
}
