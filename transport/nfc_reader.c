#include "transport/nfc_reader.h"

#include "transport/nfc_card.h"

enum { CC_READ = 15, LENGTH_N = 2, READ_MAX = 255, OBJECT_HEAD_MAX = 6, FILE_CONTROL = 0x04 };

void nfc_reader_init(struct nfc_reader *r)
{
    *r = (struct nfc_reader){ .max_command = APDU_DATA_SHORT, .max_response = APDU_ANSWER_SHORT };
    buf_init(&r->out, APDU_OBJECT_MAX + OBJECT_HEAD_MAX);
    buf_init(&r->in, APDU_OBJECT_MAX + OBJECT_HEAD_MAX);
}

void nfc_reader_cleanup(struct nfc_reader *r)
{
    buf_cleanup(&r->out);
    buf_cleanup(&r->in);
    *r = (struct nfc_reader){ .step = NFC_STEP_NONE };
}

enum oc_err nfc_reader_limits(struct nfc_reader *r, size_t max_command, size_t max_response)
{
    if (max_command < APDU_DATA_SHORT || max_command > APDU_DATA_MAX ||
        max_response < APDU_ANSWER_SHORT || max_response > APDU_ANSWER_MAX)
        return OC_USAGE;
    r->max_command = max_command;
    r->max_response = max_response;
    return OC_OK;
}

static void begin(struct nfc_reader *r, enum nfc_step step)
{
    buf_truncate(&r->out, 0);
    buf_truncate(&r->in, 0);
    r->sent = r->part = 0;
    r->result = (struct bytes){ NULL, 0 };
    r->step = step;
}

void nfc_reader_handover(struct nfc_reader *r)
{
    begin(r, NFC_STEP_SELECT_NDEF);
}

void nfc_reader_open(struct nfc_reader *r)
{
    begin(r, NFC_STEP_SELECT_MDOC);
}

enum oc_err nfc_reader_send(struct nfc_reader *r, struct bytes message)
{
    enum oc_err e;

    begin(r, NFC_STEP_ENVELOPE);
    apdu_object_write(&r->out, message);
    if ((e = buf_err(&r->out)) != OC_OK)
        begin(r, NFC_STEP_NONE);
    return e;
}

static size_t at_most(size_t n, size_t max)
{
    return n < max ? n : max;
}

static struct apdu_command select_application(const uint8_t name[NFC_AID_N])
{
    return (struct apdu_command){ .ins = APDU_SELECT, .p1 = 0x04,
                                  .data = { name, NFC_AID_N }, .expected = APDU_ANSWER_SHORT };
}

static struct apdu_command select_file(struct bytes name)
{
    return (struct apdu_command){ .ins = APDU_SELECT, .p2 = 0x0c, .data = name };
}

static struct apdu_command read_file(size_t at, size_t n)
{
    return (struct apdu_command){ .ins = APDU_READ_BINARY, .p1 = (uint8_t)(at >> 8),
                                  .p2 = (uint8_t)at, .expected = (uint32_t)n };
}

/* Only the last of a chain says how much may be answered. */
static struct apdu_command envelope(struct nfc_reader *r)
{
    size_t left = r->out.n - r->sent;
    bool is_last = left <= r->max_command;

    r->part = at_most(left, r->max_command);
    return (struct apdu_command){
        .cla = is_last ? APDU_CLA_PLAIN : APDU_CLA_CHAINED, .ins = APDU_ENVELOPE,
        .data = { r->out.p + r->sent, r->part },
        .expected = is_last ? (uint32_t)r->max_response : 0,
    };
}

bool nfc_reader_next(struct nfc_reader *r, struct buf *command)
{
    static const uint8_t cc[] = { NFC_FILE_CC >> 8, NFC_FILE_CC & 0xff };
    struct apdu_command c = { 0 };

    switch (r->step) {
    case NFC_STEP_NONE:         return false;
    case NFC_STEP_SELECT_NDEF:  c = select_application(nfc_aid_ndef); break;
    case NFC_STEP_SELECT_CC:    c = select_file(BYTES_OF(cc)); break;
    case NFC_STEP_READ_CC:      c = read_file(0, CC_READ); break;
    case NFC_STEP_SELECT_FILE:  c = select_file(BYTES_OF(r->file)); break;
    case NFC_STEP_READ_LENGTH:  c = read_file(0, LENGTH_N); break;
    case NFC_STEP_READ_FILE:
        c = read_file(LENGTH_N + r->in.n, at_most(r->wanted - r->in.n, r->read_max));
        break;
    case NFC_STEP_SELECT_MDOC:  c = select_application(nfc_aid_mdoc); break;
    case NFC_STEP_ENVELOPE:     c = envelope(r); break;
    case NFC_STEP_GET_RESPONSE:
        c = (struct apdu_command){ .ins = APDU_GET_RESPONSE, .expected = (uint32_t)r->wanted };
        break;
    }
    apdu_command_write(command, &c);
    return true;
}

bool nfc_reader_is_inside(const struct nfc_reader *r)
{
    return r->step == NFC_STEP_GET_RESPONSE ||
           (r->step == NFC_STEP_ENVELOPE && r->sent + r->part < r->out.n);
}

/* The capability container names the file, how long it may be and how much is read at a time. */
static enum oc_err take_cc(struct nfc_reader *r, struct bytes cc, struct oc_fault *fault)
{
    if (cc.n < CC_READ)
        return apdu_refuse(fault, OC_TRUNCATED, cc.n, "the capability container is cut");
    if (cc.p[2] >> 4 < 2 || cc.p[2] >> 4 > 3)
        return apdu_refuse(fault, OC_SHAPE, 2, "a tag of a mapping version other than 2 or 3");
    if (cc.p[7] != FILE_CONTROL || cc.p[8] != 6)
        return apdu_refuse(fault, OC_SHAPE, 7,
                           "the capability container names no file of a handover");
    if (cc.p[13] != 0)
        return apdu_refuse(fault, OC_SHAPE, 13, "the handover may not be read by everybody");
    r->read_max = at_most((size_t)cc.p[3] << 8 | cc.p[4], READ_MAX);
    memcpy(r->file, cc.p + 9, sizeof r->file);
    r->file_max = (size_t)cc.p[11] << 8 | cc.p[12];
    if (r->read_max == 0)
        return apdu_refuse(fault, OC_SHAPE, 3, "nothing can be read from this tag");
    r->step = NFC_STEP_SELECT_FILE;
    return OC_OK;
}

static enum oc_err take_length(struct nfc_reader *r, struct bytes data, struct oc_fault *fault)
{
    if (data.n != LENGTH_N)
        return apdu_refuse(fault, OC_TRUNCATED, data.n, "the handover's length is cut");
    r->wanted = (size_t)data.p[0] << 8 | data.p[1];
    if (r->wanted == 0)
        return apdu_refuse(fault, OC_SHAPE, 0, "the tag holds no handover");
    if (r->wanted + LENGTH_N > r->file_max)
        return apdu_refuse(fault, OC_SHAPE, 0, "the handover is longer than its file");
    if (r->wanted > NFC_HANDOVER_MAX)
        return apdu_refuse(fault, OC_LIMIT, 0, "the handover is longer than 16 KiB");
    r->step = NFC_STEP_READ_FILE;
    return OC_OK;
}

static enum oc_err take_file(struct nfc_reader *r, struct bytes data, struct oc_fault *fault)
{
    enum oc_err e;

    if (data.n == 0)
        return apdu_refuse(fault, OC_TRUNCATED, 0, "the handover ends too early");
    if (data.n > at_most(r->wanted - r->in.n, r->read_max))
        return apdu_refuse(fault, OC_TRAILING, data.n, "more was read than was asked for");
    buf_add(&r->in, data);
    if ((e = buf_err(&r->in)) != OC_OK)
        return apdu_refuse(fault, e, 0, oc_err_text(e));
    if (r->in.n == r->wanted) {
        r->result = buf_view(&r->in);
        r->step = NFC_STEP_NONE;
    }
    return OC_OK;
}

/* No data at all is an answer too: the holder has nothing to say. */
static enum oc_err finish_answer(struct nfc_reader *r, struct oc_fault *fault)
{
    r->step = NFC_STEP_NONE;
    if (r->in.n == 0)
        return OC_OK;
    return apdu_object_read(&r->result, buf_view(&r->in), fault);
}

static enum oc_err take_answer(struct nfc_reader *r, const struct apdu_response *response,
                               struct oc_fault *fault)
{
    size_t asked = r->step == NFC_STEP_ENVELOPE ? r->max_response : r->wanted;
    size_t left = response->status & 0xff;
    enum oc_err e;

    if (response->data.n > asked)
        return apdu_refuse(fault, OC_TRAILING, asked, "more was answered than was asked for");
    buf_add(&r->in, response->data);
    if ((e = buf_err(&r->in)) != OC_OK)
        return apdu_refuse(fault, e, 0,
                           e == OC_LIMIT ? "an answer of more than 1 MiB" : oc_err_text(e));
    if (response->status == APDU_DONE)
        return finish_answer(r, fault);
    /* Who announces more for ever and gives nothing would keep us here. */
    if (r->step == NFC_STEP_GET_RESPONSE && response->data.n == 0)
        return apdu_refuse(fault, OC_SHAPE, 0, "the card announces more and gives nothing");
    r->wanted = left == 0 ? r->max_response : left;
    r->step = NFC_STEP_GET_RESPONSE;
    return OC_OK;
}

static enum oc_err take_envelope(struct nfc_reader *r, const struct apdu_response *response,
                                 struct oc_fault *fault)
{
    r->sent += r->part;
    if (r->sent == r->out.n)
        return take_answer(r, response, fault);
    if (response->data.n > 0 || response->status != APDU_DONE)
        return apdu_refuse(fault, OC_SHAPE, 0, "an answer in the middle of a message");
    return OC_OK;
}

static bool answers(enum nfc_step step)
{
    return step == NFC_STEP_ENVELOPE || step == NFC_STEP_GET_RESPONSE;
}

static const char *reason_of(enum nfc_step step, uint16_t status)
{
    if (status == APDU_NOT_FOUND && step == NFC_STEP_SELECT_MDOC)
        return "the card is no mdoc";
    if (status == APDU_NOT_FOUND && step == NFC_STEP_SELECT_NDEF)
        return "the card offers no handover by NFC";
    if (status == APDU_WRONG_LENGTH)
        return "the card refuses the length of a command";
    return "the card refuses a command";
}

static enum oc_err take(struct nfc_reader *r, const struct apdu_response *response,
                        struct oc_fault *fault)
{
    bool more = (response->status & 0xff00) == APDU_MORE;

    if (response->status != APDU_DONE && !(more && answers(r->step)))
        return apdu_refuse(fault, OC_REFUSED, response->data.n,
                           reason_of(r->step, response->status));
    switch (r->step) {
    case NFC_STEP_NONE:         break;
    case NFC_STEP_SELECT_NDEF:  r->step = NFC_STEP_SELECT_CC; return OC_OK;
    case NFC_STEP_SELECT_CC:    r->step = NFC_STEP_READ_CC; return OC_OK;
    case NFC_STEP_READ_CC:      return take_cc(r, response->data, fault);
    case NFC_STEP_SELECT_FILE:  r->step = NFC_STEP_READ_LENGTH; return OC_OK;
    case NFC_STEP_READ_LENGTH:  return take_length(r, response->data, fault);
    case NFC_STEP_READ_FILE:    return take_file(r, response->data, fault);
    case NFC_STEP_SELECT_MDOC:  r->step = NFC_STEP_NONE; return OC_OK;
    case NFC_STEP_ENVELOPE:     return take_envelope(r, response, fault);
    case NFC_STEP_GET_RESPONSE: return take_answer(r, response, fault);
    }
    return apdu_refuse(fault, OC_USAGE, 0, "no command was given");
}

enum oc_err nfc_reader_take(struct nfc_reader *r, struct bytes response, struct oc_fault *fault)
{
    struct apdu_response read;
    enum oc_err e = apdu_response_read(&read, response, fault);

    if (e == OC_OK)
        e = take(r, &read, fault);
    if (e != OC_OK)
        begin(r, NFC_STEP_NONE);
    return e;
}

struct bytes nfc_reader_result(const struct nfc_reader *r)
{
    return r->result;
}
