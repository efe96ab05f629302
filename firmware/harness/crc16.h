#ifndef TF_CRC16_H
#define TF_CRC16_H

#include <stdint.h>

#define CRC16_INITIAL 0xFFFFu

/** CRC-16/CCITT-FALSE (polynomial 0x1021) of one more byte. */
uint16_t crc16_add(uint16_t crc, uint8_t byte);

#endif
