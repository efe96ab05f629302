/** FNV-1a, 32 bits (offset 0x811c9dc5, prime 0x01000193). */
export function fnv1a(bytes: Uint8Array | Int8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ (bytes[i]! & 0xff), 0x01000193);
  }
  return hash >>> 0;
}

/** As eight lower-case hexadecimal digits. */
export function fnv1aHex(bytes: Uint8Array | Int8Array): string {
  return fnv1a(bytes).toString(16).padStart(8, '0');
}
