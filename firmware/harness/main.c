#include "commands.h"
#include "console.h"
#include "tf_board.h"
#include "ticks.h"

int main(void);

int main(void)
{
    static char command[COMMAND_BYTES + 1];
    ticks_start(board_start());
    console_start();
    tf_boot_line();
    put_line("m-timestamp-mode-performance");
    put_line("m-init-done");
    put_line("m-ready");

    uint32_t length = 0;
    for (;;)
    {
        const char c = console_get();
        if (c == '%')
        {
            if (length > COMMAND_BYTES)
            {
                put_error("Command is too long, expected at most 560 characters");
            }
            else
            {
                command[length] = '\0';
                command_run(command);
            }
            put_line("m-ready");
            length = 0;
        }
        else if (c != '\r' && c != '\n')
        {
            if (length < COMMAND_BYTES)
            {
                command[length] = c;
            }
            length += length <= COMMAND_BYTES ? 1 : 0;
        }
    }
}
