#include "commands.h"

#include <stddef.h>

#include "console.h"
#include "text.h"
#include "ticks.h"

void command_run(char *text)
{
    char *rest = text;
    const char *const name = next_word(&rest);
    const bool clock_read = name != NULL && same_text(name, "tf-ticks");
    if (!clock_read)
    {
        ticks_allow_sleep();
    }
    if (name == NULL || !(mlperf_command(name, rest) || tf_command(name, rest)))
    {
        put_text("e-[Unknown command: ");
        put_text(name == NULL ? "" : name);
        put_line("]");
    }
}
