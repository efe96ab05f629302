#include "crc16.h"

uint16_t crc16_add(uint16_t crc, uint8_t byte)
{
    uint32_t value = crc ^ ((uint32_t)byte << 8);
    for (int bit = 0; bit < 8; bit++)
    {
        value = (value & 0x8000u) != 0 ? (value << 1) ^ 0x1021u : value << 1;
    }
    return (uint16_t)value;
}
