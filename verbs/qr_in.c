#include "verbs/qr_in.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/io.h"
#include "crypto/hash.h"
#include "transport/assembly.h"
#include "transport/scan.h"

enum { LISTED_MAX = 12, LIST_BYTES_MAX = 256, COMPLETE_MAX = 8 };

/* A message that is complete. */
struct complete {
    uint8_t id[FRAME_ID];           /* as its frames have it */
    size_t n;                       /* bytes */
    const char *path;               /* the picture with the last frame it needed */
};

/* What was found so far, in all pictures. */
struct reading {
    const char *path;               /* of the picture that is being read */
    struct assembly assembly;
    struct buf message;             /* the first that is complete; empty: none yet */
    struct complete complete[COMPLETE_MAX];
    size_t complete_n;
    size_t codes;                   /* QR codes of any kind */
    bool was_wrong;                 /* frames were put together that are of no message */
    enum oc_err e;                  /* the first that ends it all */
};

static bool is_complete(const struct reading *r, const uint8_t id[FRAME_ID])
{
    for (size_t i = 0; i < r->complete_n; i++)
        if (memcmp(r->complete[i].id, id, FRAME_ID) == 0)
            return true;
    return false;
}

/* A message that is complete, once more or for the first time. */
static enum oc_err keep(struct reading *r, const struct buf *message)
{
    struct complete *this = &r->complete[r->complete_n];
    uint8_t digest[DIGEST_MAX];
    enum oc_err e;

    if (message->n == 0 || r->complete_n == COMPLETE_MAX)
        return OC_OK;
    if ((e = digest_of(DIGEST_SHA256, buf_view(message), digest)) != OC_OK ||
        is_complete(r, digest))
        return e;
    *this = (struct complete){ .n = message->n, .path = r->path };
    memcpy(this->id, digest, FRAME_ID);
    if (r->complete_n++ > 0)
        return OC_OK;
    buf_add(&r->message, buf_view(message));
    return buf_err(&r->message);
}

static bool take(void *context, struct bytes text)
{
    struct reading *r = context;
    struct oc_fault fault;
    struct buf message;
    enum oc_err e;

    r->codes++;
    buf_init(&message, FRAME_MESSAGE_MAX);
    e = assembly_add(&r->assembly, &message, text, &fault);
    if (e == OC_OK)
        e = keep(r, &message);
    buf_cleanup(&message);
    if (e == OC_DIGEST)             /* whoever shows forged frames shuts out nobody */
        r->was_wrong = true;
    else if (fault.reason == NULL && e != OC_OK && r->e == OC_OK)   /* else no frame of ours */
        r->e = e;
    return r->e != OC_OK;
}

/* How many messages there are frames of; of those that were given up nobody knows. */
static size_t count_messages(const struct reading *r)
{
    size_t n = r->complete_n;

    for (size_t i = 0; i < ASSEMBLY_PARTS; i++)
        n += assembly_count(&r->assembly.parts[i]) > 0 && !is_complete(r, r->assembly.parts[i].header.id);
    return n;
}

static enum oc_err scan_picture(const char *path, scan_found *found, void *context)
{
    struct picture picture = { 0 };
    struct buf file;
    enum oc_err e = io_read(&file, path, PICTURE_FILE_MAX);

    if (e != OC_OK)
        return e;
    e = picture_init(&picture, buf_view(&file));
    buf_cleanup(&file);
    if (e == OC_SYNTAX)
        fail_print(e, "%s: neither PNG nor JPEG", path);
    else if (e != OC_OK)
        fail_print(e, "%s: %s", path, e == OC_SHAPE ? "a picture that is damaged or of no kind that"
                                                      " is read" : oc_err_text(e));
    if (e == OC_OK && (e = scan_codes(&picture, found, context)) != OC_OK)
        fail_print(e, "%s: %s", path, oc_err_text(e));
    picture_cleanup(&picture);
    return e;
}

/* "3, 7 and 9", of those that are not there, counted from 1 as people do. */
static void list_missing(struct buf *out, const struct assembly_part *part, size_t missing)
{
    size_t listed = 0;

    for (size_t i = 0; i < part->header.all; i++) {
        if (assembly_has(part, i))
            continue;
        if (listed++ > 0)
            buf_add_str(out, listed == missing ? " and " : ", ");
        buf_printf(out, "%zu", i + 1);
    }
}

static void hint_at_picture(void)
{
    hint_print("the whole code, with the light edge around it, sharp and not too small");
}

static enum oc_err say_several(const struct reading *r)
{
    fail_print(OC_USAGE, "there are frames of %zu messages in these pictures, of which %zu are"
                         " complete", count_messages(r), r->complete_n);
    for (size_t i = 0; i < r->complete_n; i++)
        hint_print("one of %zu bytes is complete with %s", r->complete[i].n, r->complete[i].path);
    hint_print("give the pictures of one");
    return OC_USAGE;
}

static enum oc_err say_missing(const struct reading *r)
{
    const struct assembly_part *part = assembly_best(&r->assembly);
    size_t have, missing, wanted;
    struct buf list;

    if (part == NULL) {
        fail_print(OC_SHAPE, r->codes == 0 ? "no QR code is in these pictures"
                                           : "no QR code in these pictures is a frame of ours");
        hint_at_picture();
        return OC_SHAPE;
    }
    have = assembly_count(part);
    missing = part->header.all - have;
    wanted = part->header.data - have;
    buf_init(&list, LIST_BYTES_MAX);
    list_missing(&list, part, missing);
    if (missing <= LISTED_MAX)
        fail_print(OC_TRUNCATED, "frame%s %s of %zu %s not in these pictures",
                   missing == 1 ? "" : "s", buf_text(&list), part->header.all,
                   missing == 1 ? "is" : "are");
    else
        fail_print(OC_TRUNCATED, "only %zu of %zu frames %s in these pictures", have,
                   part->header.all, have == 1 ? "is" : "are");
    if (wanted == missing)
        hint_print("all of them are needed");
    else
        hint_print("any %zu of them complete the message", wanted);
    if (count_messages(r) > 1)
        hint_print("there are frames of %zu messages, none complete; this one has the most",
                   count_messages(r));
    buf_cleanup(&list);
    return OC_TRUNCATED;
}

static enum oc_err finish(const struct reading *r)
{
    if (r->e != OC_OK)
        return fail_print(r->e, "QR codes: %s", oc_err_text(r->e));
    if (r->complete_n > 1)
        return say_several(r);
    if (r->message.n > 0)
        return OC_OK;
    if (r->was_wrong)
        return fail_print(OC_SHAPE, "the frames in these pictures do not make up the message that"
                                    " they name");
    return say_missing(r);
}

static enum oc_err read_picture(struct reading *r, const char *path)
{
    r->path = path;
    return scan_picture(path, take, r);
}

enum oc_err qr_in_read(struct buf *out, const struct command_line *cl, const char *option)
{
    struct reading r = { .e = OC_OK };
    enum oc_err e = OC_OK;
    const char *path;

    *out = (struct buf){ 0 };
    buf_init(&r.message, FRAME_MESSAGE_MAX);
    for (size_t i = 0; e == OC_OK && (path = opt_nth(cl, option, i)) != NULL; i++)
        e = read_picture(&r, path);
    for (size_t i = 0; e == OC_OK && (path = argument(cl, i)) != NULL; i++)
        e = read_picture(&r, path);
    if (e == OC_OK)
        e = finish(&r);
    if (e == OC_OK)
        buf_take(out, &r.message);
    buf_cleanup(&r.message);
    assembly_cleanup(&r.assembly);
    return e;
}

/* A text that begins in a certain way. */
struct search {
    const char *beginning;
    struct buf text;                /* empty: not found yet */
};

static bool find(void *context, struct bytes text)
{
    struct search *search = context;
    size_t n = strlen(search->beginning);

    if (text.n < n || memcmp(text.p, search->beginning, n) != 0)
        return false;
    buf_truncate(&search->text, 0);
    buf_add(&search->text, text);
    return true;
}

enum oc_err qr_in_text(struct buf *out, const char *path, const char *beginning)
{
    struct search search = { .beginning = beginning };
    enum oc_err e;

    *out = (struct buf){ 0 };
    buf_init(&search.text, FRAME_MESSAGE_MAX);
    e = scan_picture(path, find, &search);
    if (e == OC_OK && (e = buf_err(&search.text)) != OC_OK) {
        fail_print(e, "%s: %s", path, oc_err_text(e));
    } else if (e == OC_OK && search.text.n == 0) {
        e = fail_print(OC_SHAPE, "%s: no QR code that begins with \"%s\"", path, beginning);
        hint_at_picture();
    }
    if (e == OC_OK)
        buf_take(out, &search.text);
    buf_cleanup(&search.text);
    return e;
}
