/* The verbs of owncard-holder, each in the file of its name (cards.c, trust.c and
 * backup.c have three), and
 * their tables of options. Every verb returns an exit status. */
#ifndef OWNCARD_HOLDER_VERBS_H
#define OWNCARD_HOLDER_VERBS_H

#include "cli/command.h"

extern const struct command_option holder_keys_options[];
int holder_keys(const struct command_line *cl);

extern const struct command_option holder_store_options[];
int holder_store(const struct command_line *cl);

extern const struct command_option holder_present_options[];
int holder_present(const struct command_line *cl);

extern const struct command_option holder_engage_options[];
int holder_engage(const struct command_line *cl);

extern const struct command_option holder_vault_options[];      /* of the verbs below */
int holder_trust_list(const struct command_line *cl);
int holder_trust_remove(const struct command_line *cl);

extern const struct command_option holder_cards_options[];
int holder_list(const struct command_line *cl);
int holder_show(const struct command_line *cl);

extern const struct command_option holder_delete_options[];
int holder_delete(const struct command_line *cl);

extern const struct command_option holder_trust_update_options[];
int holder_trust_update(const struct command_line *cl);

extern const struct command_option holder_trust_add_options[];
int holder_trust_add(const struct command_line *cl);

extern const struct command_option holder_refill_options[];
int holder_refill(const struct command_line *cl);

extern const struct command_option holder_status_options[];
int holder_status(const struct command_line *cl);

extern const struct command_option holder_history_options[];
int holder_history(const struct command_line *cl);

extern const struct command_option holder_passphrase_options[];
int holder_passphrase(const struct command_line *cl);

extern const struct command_option holder_export_options[];
int holder_export(const struct command_line *cl);

extern const struct command_option holder_import_options[];
int holder_import(const struct command_line *cl);

extern const struct command_option holder_accept_options[];
int holder_accept(const struct command_line *cl);

#endif
