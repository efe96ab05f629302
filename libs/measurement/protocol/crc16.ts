/** CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, over the low byte of each character. */
export function crc16(text: string): number {
  let crc = 0xffff;
  for (let i = 0; i < text.length; i++) {
    crc = ((crc << 8) ^ table[(crc >> 8) ^ (text.charCodeAt(i) & 0xff)]!) & 0xffff;
  }
  return crc;
}

/** As four upper-case hexadecimal digits. */
export function crc16Hex(text: string): string {
  return crc16(text).toString(16).toUpperCase().padStart(4, '0');
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1021);
  }
  return crc & 0xffff;
});
