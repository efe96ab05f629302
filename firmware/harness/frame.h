/* The answer lines of tinyfarm's own commands: $<nonce>,<seq>,<topic>,<key>=<value>,...*<crc> */
#ifndef TF_FRAME_H
#define TF_FRAME_H

#include <stdint.h>

/** From now on lines carry this nonce (eight characters), and count from 0. */
void frame_set_nonce(const char *nonce);

void frame_begin(const char *topic);
void frame_decimal(const char *key, uint64_t value);
void frame_hex(const char *key, uint64_t value, int digits);
void frame_text(const char *key, const char *value);
void frame_bytes(const char *key, const uint8_t *bytes, uint32_t count);
void frame_end(void);

#endif
