/* history: what was shown when, to whom; it stands in the vault and its backups, nowhere else. */
#include <stdio.h>

#include "cli/card_types.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/lang.h"
#include "cli/term.h"
#include "cli/value.h"
#include "core/date.h"
#include "core/text.h"
#include "holder/vault.h"
#include "holder/verbs.h"

enum { TEXT_BYTES_MAX = 16 << 20 };

const struct command_option holder_history_options[] = {
    { "export", 0, NULL, "write it as JSON, readable by whoever has the file", false },
    { "output", 'o', "FILE", "with --export: where to", false },
    { "clear", 0, NULL, "forget all of it", false },
    { "yes", 'y', NULL, "with --clear: do not ask", false },
    { "off", 0, NULL, "note no more showings down; those noted down stay", false },
    { "on", 0, NULL, "note down again what is shown", false },
    LANG_OPTION,
    VAULT_OPTIONS,
    { .name = NULL },
};

static void add_time(struct buf *out, int64_t at)
{
    char text[DATE_TIME_TEXT_N];

    buf_add_str(out, date_time_write(at, text) ? text : "?");
}

static void add_copy(struct buf *out, const struct wallet_showing *showing)
{
    hex_write(out, showing->copy);
}

static void add_elements(struct buf *out, const struct wallet_showing *showing,
                         const struct catalog *catalog, bool chinese)
{
    const struct card_type *type = catalog_card_of(catalog, showing->doc_type);

    for (size_t i = 0; i < showing->n; i++) {
        buf_add_str(out, i == 0 ? "    " : lang_say(chinese, ", ", "、"));
        value_label_and_name(out, type, showing->elements[i].name_space,
                             showing->elements[i].name, chinese);
    }
    buf_add_byte(out, '\n');
}

static void add_showing(struct buf *out, const struct wallet_showing *showing,
                        const struct catalog *catalog, bool chinese)
{
    add_time(out, showing->at);
    buf_add_str(out, showing->sent ? "  " : lang_say(chinese, "  perhaps sent to ", "  可能已发送给 "));
    if (showing->reader.n == 0)
        buf_add_str(out, lang_say(chinese, "an unknown reader", "身份不明的读取方"));
    else
        term_escape(out, showing->reader);
    if (showing->reader.n > 0 && !showing->is_trusted)
        buf_add_str(out, lang_say(chinese, " (so it called itself; nobody vouched for it)",
                                  "（系其自称，无人作证）"));
    buf_printf(out, lang_say(chinese, "\n    card %llu, ", "\n    证件 %llu，"),
               (unsigned long long)showing->card);
    term_escape(out, showing->doc_type);
    buf_add_str(out, lang_say(chinese, ", copy ", "，副本 "));
    add_copy(out, showing);
    buf_add_byte(out, '\n');
    add_elements(out, showing, catalog, chinese);
}

static json_t *json_text(struct bytes text)
{
    return json_stringn((const char *)text.p, text.n);
}

static json_t *json_buf(struct buf *text)
{
    json_t *value = buf_err(text) == OC_OK ? json_text(buf_view(text)) : NULL;

    buf_cleanup(text);
    return value;
}

static json_t *json_time(int64_t at)
{
    struct buf text;

    buf_init(&text, DATE_TIME_TEXT_N);
    add_time(&text, at);
    return json_buf(&text);
}

static json_t *json_copy_name(const struct wallet_showing *showing)
{
    struct buf text;

    buf_init(&text, (size_t)2 * WALLET_COPY_ID_N);
    add_copy(&text, showing);
    return json_buf(&text);
}

/* NULL where memory ran out; packing or appending NULL then fails too. */
static json_t *json_elements(const struct wallet_showing *showing)
{
    json_t *all = json_array();

    for (size_t i = 0; i < showing->n; i++)
        if (json_array_append_new(all, json_pack("{s:o, s:o}",
                "namespace", json_text(showing->elements[i].name_space),
                "element", json_text(showing->elements[i].name))) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

static json_t *json_showing(const struct wallet_showing *showing)
{
    return json_pack("{s:o, s:b, s:o, s:b, s:I, s:o, s:o, s:o}",
                     "at", json_time(showing->at), "sent", showing->sent,
                     "reader", json_text(showing->reader), "trusted", showing->is_trusted,
                     "card", (json_int_t)showing->card,
                     "docType", json_text(showing->doc_type),
                     "copy", json_copy_name(showing), "elements", json_elements(showing));
}

static enum oc_err write_export(struct buf *out, const struct wallet_history *history)
{
    json_t *all = json_array();
    enum oc_err e = all == NULL ? OC_MEMORY : OC_OK;

    for (size_t i = 0; i < history->n && e == OC_OK; i++)
        if (json_array_append_new(all, json_showing(&history->showings[i])) != 0)
            e = OC_MEMORY;
    if (e == OC_OK)
        e = json_write(out, all);
    json_decref(all);
    return e;
}

static enum oc_err export(const struct command_line *cl, const struct wallet_history *history)
{
    struct buf out;
    enum oc_err e;

    buf_init(&out, TEXT_BYTES_MAX);
    e = write_export(&out, history);
    if (e != OC_OK)
        fail_print(e, "the history: %s", oc_err_text(e));
    else
        e = io_write(opt(cl, "output"), buf_view(&out), IO_TEXT | IO_SECRET);
    buf_cleanup(&out);
    return e;
}

static enum oc_err print(const struct wallet_history *history, bool chinese)
{
    struct catalog catalog = { NULL, NULL };
    struct buf out;
    enum oc_err e = card_types_init(&catalog);

    if (e != OC_OK)
        return e;
    buf_init(&out, TEXT_BYTES_MAX);
    for (size_t i = 0; i < history->n; i++)
        add_showing(&out, &history->showings[i], &catalog, chinese);
    e = buf_err(&out);
    if (e != OC_OK)
        fail_print(e, "the history: %s", oc_err_text(e));
    else if (out.n > 0)
        fwrite(out.p, 1, out.n, stdout);
    if (e == OC_OK && history->n == 0)
        fputs(lang_say(chinese, "Nothing was shown that was noted down.\n", "没有记录任何出示。\n"),
              stderr);
    if (history->is_off)
        fputs(lang_say(chinese, "The history is off: no more showings are noted down.\n",
                       "历史记录已关闭：不再记录新的出示。\n"), stderr);
    buf_cleanup(&out);
    catalog_cleanup(&catalog);
    return e;
}

static enum oc_err clear(const struct command_line *cl, struct wallet_history *history)
{
    bool yes = opt_given(cl, "yes");
    enum oc_err e = yes ? OC_OK : prompt_yes_no(&yes, "Forget all that was shown?",
                                                "say so with --yes");

    if (e != OC_OK)
        return e;
    if (!yes)
        return fail_print(OC_REFUSED, "nothing was forgotten");
    wallet_history_drop(history, history->n);
    return OC_OK;
}

static enum oc_err change(const struct command_line *cl, struct vault *vault)
{
    struct wallet_history *history = &vault->wallet.history;
    size_t n = history->n;
    enum oc_err e = opt_given(cl, "clear") ? clear(cl, history) : OC_OK;

    if (e != OC_OK)
        return e;
    if (opt_given(cl, "off") || opt_given(cl, "on"))
        history->is_off = opt_given(cl, "off");
    if ((e = vault_save(vault)) != OC_OK)
        return e;
    if (opt_given(cl, "clear"))
        fprintf(stderr, "Forgotten: %zu %s.\n", n, n == 1 ? "showing" : "showings");
    if (opt_given(cl, "off"))
        fputs("No more showings are noted down, until history --on.\n", stderr);
    if (opt_given(cl, "off") && history->n > 0)
        fprintf(stderr, "The %zu noted down before %s; history --clear forgets %s.\n", history->n,
                history->n == 1 ? "stays" : "stay", history->n == 1 ? "it" : "them");
    if (opt_given(cl, "on"))
        fputs("What is shown is noted down in the vault from now on.\n", stderr);
    return OC_OK;
}

static enum oc_err check_options(const struct command_line *cl)
{
    enum oc_err e;

    if ((e = opt_not_both(cl, "off", "on")) != OC_OK ||
        (e = opt_not_both(cl, "export", "clear")) != OC_OK ||
        (e = opt_not_both(cl, "export", "off")) != OC_OK ||
        (e = opt_not_both(cl, "export", "on")) != OC_OK)
        return e;
    if (opt_given(cl, "output") && !opt_given(cl, "export"))
        return fail_print(OC_USAGE, "--output goes with --export");
    return opt_given(cl, "export") ? io_try(opt(cl, "output"), IO_TEXT | IO_SECRET) : OC_OK;
}

int holder_history(const struct command_line *cl)
{
    bool changes = opt_given(cl, "clear") || opt_given(cl, "off") || opt_given(cl, "on");
    struct vault vault = { .is_new = false };
    bool chinese;
    enum oc_err e;

    if ((e = lang_read(&chinese, cl)) != OC_OK || (e = check_options(cl)) != OC_OK ||
        (e = vault_open(&vault, cl, changes ? VAULT_CHANGE : VAULT_READ)) != OC_OK)
        goto out;
    if (changes)
        e = change(cl, &vault);
    else if (opt_given(cl, "export"))
        e = export(cl, &vault.wallet.history);
    else
        e = print(&vault.wallet.history, chinese);
out:
    vault_close(&vault);
    return exit_status(e);
}
