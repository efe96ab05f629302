#include "text.h"

#include <stddef.h>

void write_text(char_sink sink, const char *text)
{
    for (; *text != '\0'; text++)
    {
        sink(*text);
    }
}

void write_decimal(char_sink sink, uint64_t value)
{
    char digits[20];
    int count = 0;
    do
    {
        digits[count++] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    while (count > 0)
    {
        sink(digits[--count]);
    }
}

void write_hex(char_sink sink, uint64_t value, int digits)
{
    for (int shift = 60; shift >= 0; shift -= 4)
    {
        if (shift < 4 * digits || (value >> shift) != 0)
        {
            sink("0123456789abcdef"[(value >> shift) & 15u]);
        }
    }
}

char *next_word(char **rest)
{
    char *c = *rest;
    while (*c == ' ')
    {
        c++;
    }
    if (*c == '\0')
    {
        *rest = c;
        return NULL;
    }
    char *const word = c;
    while (*c != ' ' && *c != '\0')
    {
        c++;
    }
    if (*c == ' ')
    {
        *c++ = '\0';
    }
    *rest = c;
    return word;
}

bool same_text(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b)
    {
        a++;
        b++;
    }
    return *a == *b;
}

bool parse_decimal(const char *word, uint32_t *value)
{
    uint32_t sum = 0;
    if (*word == '\0')
    {
        return false;
    }
    for (; *word != '\0'; word++)
    {
        const uint32_t digit = (uint32_t)*word - '0';
        if (digit > 9u || sum > (0x7FFFFFFFu - digit) / 10u)
        {
            return false;
        }
        sum = sum * 10u + digit;
    }
    *value = sum;
    return true;
}

int32_t parse_leading_integer(const char *word)
{
    const bool negative = *word == '-';
    if (*word == '-' || *word == '+')
    {
        word++;
    }
    int32_t sum = 0;
    for (; *word >= '0' && *word <= '9'; word++)
    {
        if (sum > 99999999)
        {
            break;
        }
        sum = sum * 10 + (*word - '0');
    }
    return negative ? -sum : sum;
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
    {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f')
    {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F')
    {
        return c - 'A' + 10;
    }
    return -1;
}

uint32_t fnv1a(const uint8_t *bytes, uint32_t count)
{
    uint32_t hash = 0x811C9DC5u;
    for (uint32_t i = 0; i < count; i++)
    {
        hash = (hash ^ bytes[i]) * 0x01000193u;
    }
    return hash;
}
