#ifndef TF_CONSOLE_H
#define TF_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

void console_start(void);

/** The next character received; sleeps until there is one. */
char console_get(void);

/** Keeps the receive interrupt out of a timed window; what arrives waits in the UART. */
void console_mask(void);
void console_unmask(void);

void put_char(char c);
void put_text(const char *text);
void put_decimal(uint64_t value);
void put_signed(int32_t value);

/** At least `digits` digits, lower case. */
void put_hex(uint64_t value, int digits);

void put_line(const char *text);
void put_end(void);

/** `e-[text]`: the answer to a command that cannot be done. */
void put_error(const char *text);

#endif
