#include "cli/lang.h"

#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"

enum oc_err lang_read(bool *chinese, const struct command_line *cl)
{
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    const char *value = opt(cl, "lang");

    if (value != NULL && strcmp(value, "en") != 0 && strcmp(value, "zh") != 0)
        return fail_print(OC_USAGE, "--lang %s: expected en or zh", value);
    for (size_t i = 0; value == NULL && i < sizeof variables / sizeof *variables; i++) {
        value = getenv(variables[i]);
        if (value != NULL && *value == '\0')
            value = NULL;
    }
    *chinese = value != NULL && strncmp(value, "zh", 2) == 0;
    return OC_OK;
}

const char *lang_text(const struct label *label, bool chinese)
{
    return chinese ? label->zh : label->en;
}

const char *lang_say(bool chinese, const char *english, const char *in_chinese)
{
    return chinese ? in_chinese : english;
}
