#ifndef TF_COMMANDS_H
#define TF_COMMANDS_H

#include <stdbool.h>

#define COMMAND_BYTES 560

/** One command without its `%`; the text is cut up. Answers, but for the closing `m-ready`. */
void command_run(char *text);

/** Each returns whether the command is one of its own; `rest` are the arguments. */
bool mlperf_command(const char *name, char *rest);
bool tf_command(const char *name, char *rest);

/** The line that tells who has booted. */
void tf_boot_line(void);

/** The command that gives the nonce and is answered by all that is known of the firmware. */
void tf_hello(char *rest);

#endif
