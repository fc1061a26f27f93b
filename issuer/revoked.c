#include "issuer/revoked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "cli/state.h"
#include "core/array.h"
#include "core/date.h"
#include "core/text.h"

enum { NOTE_BYTES_MAX = 16 << 20, NUMBER_BYTES_MAX = 64 };

static bool read_reason(struct bytes word, int *reason)
{
    for (*reason = 0; *reason < X509_REASONS_N; (*reason)++) {
        const char *known = x509_reason_word(*reason);

        if (known != NULL && bytes_is(word, known))
            return true;
    }
    return false;
}

/* The bytes before the next `end`, which is taken off too. */
static struct bytes take_until(struct bytes *text, char end)
{
    const uint8_t *at = text->n == 0 ? NULL : memchr(text->p, end, text->n);
    struct bytes word = { text->p, at == NULL ? text->n : (size_t)(at - text->p) };
    size_t taken = word.n + (at != NULL);

    *text = (struct bytes){ text->p + taken, text->n - taken };
    return word;
}

static bool read_line(struct revoked_entry *entry, struct bytes line)
{
    struct bytes authority = take_until(&line, ' '), serial = take_until(&line, ' ');
    struct bytes at = take_until(&line, ' ');

    buf_init(&entry->authority, NUMBER_BYTES_MAX);
    buf_init(&entry->serial, NUMBER_BYTES_MAX);
    return hex_read(&entry->authority, authority) == OC_OK && entry->authority.n > 0 &&
           hex_read(&entry->serial, serial) == OC_OK && entry->serial.n > 0 &&
           date_time_read(at, &entry->at) && read_reason(line, &entry->reason);
}

static enum oc_err grow(struct revoked *revoked)
{
    if (!array_extend((void **)&revoked->entries, revoked->n, 1, sizeof *revoked->entries))
        return fail_print(OC_MEMORY, "%s", oc_err_text(OC_MEMORY));
    revoked->n++;
    return OC_OK;
}

enum oc_err revoked_init(struct revoked *out, const char *path)
{
    struct buf text = { 0 };
    struct bytes rest;
    enum oc_err e = OC_OK;

    *out = (struct revoked){ 0 };
    if (state_exists(path))
        e = io_read(&text, path, NOTE_BYTES_MAX);
    rest = buf_view(&text);
    while (e == OC_OK && rest.n > 0) {
        struct bytes line = take_until(&rest, '\n');

        if ((e = grow(out)) == OC_OK && !read_line(&out->entries[out->n - 1], line))
            e = fail_print(OC_SHAPE, "%s: line %zu is not AUTHORITY SERIAL TIME REASON", path,
                           out->n);
    }
    buf_cleanup(&text);
    if (e != OC_OK)
        revoked_cleanup(out);
    return e;
}

void revoked_cleanup(struct revoked *revoked)
{
    for (size_t i = 0; i < revoked->n; i++) {
        buf_cleanup(&revoked->entries[i].authority);
        buf_cleanup(&revoked->entries[i].serial);
    }
    free(revoked->entries);
    *revoked = (struct revoked){ 0 };
}

bool revoked_has(const struct revoked *revoked, struct bytes authority, struct bytes serial)
{
    for (size_t i = 0; i < revoked->n; i++)
        if (bytes_eq(buf_view(&revoked->entries[i].authority), authority) &&
            bytes_eq(buf_view(&revoked->entries[i].serial), serial))
            return true;
    return false;
}

static enum oc_err write_note(const struct revoked *revoked, const char *path)
{
    char at[DATE_TIME_TEXT_N];
    struct buf text;
    enum oc_err e;

    buf_init(&text, NOTE_BYTES_MAX);
    for (size_t i = 0; i < revoked->n; i++) {
        const struct revoked_entry *entry = &revoked->entries[i];

        hex_write(&text, buf_view(&entry->authority));
        buf_add_byte(&text, ' ');
        hex_write(&text, buf_view(&entry->serial));
        if (!date_time_write(entry->at, at))
            buf_fail(&text, OC_USAGE);
        buf_printf(&text, " %s %s\n", at, x509_reason_word(entry->reason));
    }
    if ((e = buf_err(&text)) != OC_OK)
        fail_print(e, "%s: %s", path, oc_err_text(e));
    else
        e = io_write(path, buf_view(&text), IO_TEXT | IO_REPLACE);
    buf_cleanup(&text);
    return e;
}

enum oc_err revoked_append(struct revoked *revoked, const char *path, struct bytes authority,
                           struct bytes serial, int64_t at, int reason)
{
    struct revoked_entry *entry;
    enum oc_err e = grow(revoked);

    if (e != OC_OK)
        return e;
    entry = &revoked->entries[revoked->n - 1];
    buf_init(&entry->authority, NUMBER_BYTES_MAX);
    buf_init(&entry->serial, NUMBER_BYTES_MAX);
    buf_add(&entry->authority, authority);
    buf_add(&entry->serial, serial);
    entry->at = at;
    entry->reason = reason;
    if ((e = buf_err(&entry->authority)) != OC_OK || (e = buf_err(&entry->serial)) != OC_OK)
        return fail_print(e, "the certificate's numbers: %s", oc_err_text(e));
    return write_note(revoked, path);
}
