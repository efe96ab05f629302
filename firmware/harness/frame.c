#include "frame.h"

#include "console.h"
#include "crc16.h"
#include "text.h"

static char frame_nonce[9] = "00000000";
static uint32_t sequence;
static uint16_t crc;

static void add_char(char c)
{
    crc = crc16_add(crc, (uint8_t)c);
    put_char(c);
}

static void add_key(const char *key)
{
    add_char(',');
    write_text(add_char, key);
    add_char('=');
}

void frame_set_nonce(const char *nonce)
{
    for (int i = 0; i < 8; i++)
    {
        frame_nonce[i] = nonce[i];
    }
    sequence = 0;
}

void frame_begin(const char *topic)
{
    put_char('$');
    crc = CRC16_INITIAL;
    write_text(add_char, frame_nonce);
    add_char(',');
    write_decimal(add_char, sequence++);
    add_char(',');
    write_text(add_char, topic);
}

void frame_decimal(const char *key, uint64_t value)
{
    add_key(key);
    write_decimal(add_char, value);
}

void frame_hex(const char *key, uint64_t value, int digits)
{
    add_key(key);
    write_hex(add_char, value, digits);
}

void frame_text(const char *key, const char *value)
{
    add_key(key);
    for (; *value != '\0'; value++)
    {
        const char c = *value;
        const int reserved = c == ',' || c == '=' || c == '*' || c == '$' || c < ' ' || c > '~';
        add_char(reserved ? ' ' : c);
    }
}

void frame_bytes(const char *key, const uint8_t *bytes, uint32_t count)
{
    add_key(key);
    for (uint32_t i = 0; i < count; i++)
    {
        write_hex(add_char, bytes[i], 2);
    }
}

void frame_end(void)
{
    const uint16_t sum = crc;
    put_char('*');
    for (int shift = 12; shift >= 0; shift -= 4)
    {
        put_char("0123456789ABCDEF"[(sum >> shift) & 15u]);
    }
    put_end();
}
