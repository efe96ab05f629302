/* Numbers to characters and back; no libc stdio in the firmware. */
#ifndef TF_TEXT_H
#define TF_TEXT_H

#include <stdbool.h>
#include <stdint.h>

typedef void (*char_sink)(char c);

void write_text(char_sink sink, const char *text);
void write_decimal(char_sink sink, uint64_t value);
void write_hex(char_sink sink, uint64_t value, int digits);

/** Cuts the next word (up to a space) off *rest; NULL when there is none. */
char *next_word(char **rest);
bool same_text(const char *a, const char *b);

/** The whole word as a decimal number that fits 31 bits. */
bool parse_decimal(const char *word, uint32_t *value);

/** Like C's atoi: leading sign, digits up to the first other character, 0 without any. */
int32_t parse_leading_integer(const char *word);

/** 0 to 15, or -1. */
int hex_digit(char c);

/** FNV-1a, 32 bits. */
uint32_t fnv1a(const uint8_t *bytes, uint32_t count);

#endif
