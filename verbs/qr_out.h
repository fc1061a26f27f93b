/*
 * A message shown as QR codes: on the terminal, as a picture, as numbered pictures. For the
 * verifier's requests and the holder's answers alike. Every error has been said (cli/exit.h).
 */
#ifndef OWNCARD_VERBS_QR_OUT_H
#define OWNCARD_VERBS_QR_OUT_H

#include "cli/command.h"
#include "cli/io.h"
#include "transport/qr_image.h"

/* For a text that is one code; see qr_out_init_text(). */
#define QR_TEXT_OPTIONS \
    { "qr", 0, NULL, "show it as a QR code on standard output", false }, \
    { "qr-image", 0, "PATH", "write it as a QR code: FILE.png, FILE.svg", false }

#define QR_OUT_OPTIONS \
    { "qr", 0, NULL, "show QR codes on the terminal, in a loop where it takes several", false }, \
    { "qr-image", 0, "PATH", "write QR codes: FILE.png, FILE.svg, or FOLDER/ for frame-001.png " \
                             "and so on, those of an earlier message deleted", false }, \
    { "qr-bytes", 0, "N", "bytes a code at most, 64 to 2240 (default: 400)", false }, \
    { "qr-loops", 0, "N", "with --qr: how often the loop runs (default: until a key)", false }

struct qr_out {
    const char *path;               /* --qr-image, borrowed; NULL: not given */
    bool draw;                      /* --qr */
    bool made_folder;               /* for --qr-image */
    uint64_t bytes, loops;          /* loops 0: until a key is pressed */
    uint64_t lasts_s;               /* set by the caller, until the request ends; 0: for ever */
    unsigned how;                   /* set by the caller: IO_SECRET where pictures of the message
                                       are nobody else's business, or 0 */
    struct qr *codes;
    size_t n;
};

/** Whether the message is to be shown as QR codes at all. */
bool qr_out_wanted(const struct command_line *cl);

/** Read the options. @param out  all zero on error; release with qr_out_cleanup()
 *  @retval OC_USAGE */
enum oc_err qr_out_init(struct qr_out *out, const struct command_line *cl) OC_MUST_CHECK;
/** Read the options of QR_TEXT_OPTIONS; they cannot be wrong. */
void qr_out_init_text(struct qr_out *out, const struct command_line *cl);

/** After the outputs were committed or abandoned: a folder in which nothing appeared goes too. */
void qr_out_cleanup(struct qr_out *out);

/**
 * Whether a message of at least `n` bytes could be shown in this way, told before there is one.
 *
 * @retval OC_USAGE        one picture for a message of several frames
 */
enum oc_err qr_out_check(const struct qr_out *out, size_t n) OC_MUST_CHECK;

/**
 * Make the codes of `message`, and add to `output` what goes to files or, where standard output is
 * no terminal, is drawn there.
 *
 * @retval OC_USAGE        a path of another kind, or one picture for a message of several frames
 * @retval OC_UNAVAILABLE  more frames than there may be, or a terminal that is too small
 * @retval OC_IO, OC_LIMIT, OC_MEMORY
 */
enum oc_err qr_out_add(struct qr_out *out, struct io_output *output, struct bytes message)
    OC_MUST_CHECK;

/** The same of a text that becomes one code as it is, not frames. @retval as qr_out_add() */
enum oc_err qr_out_add_text(struct qr_out *out, struct io_output *output, struct bytes text)
    OC_MUST_CHECK;

/** Once the files have appeared: take away what an earlier, longer message left in their folder, and
 *  show on the terminal what is to be shown there. @retval OC_IO */
enum oc_err qr_out_show(const struct qr_out *out) OC_MUST_CHECK;

#endif
