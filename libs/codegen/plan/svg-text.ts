/** Text as it may stand in an XML element or a quoted attribute; characters that XML 1.0 forbids become spaces. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** Cuts text to what fits into `widthPx` at a width of `charPx` a character; empty if not even three fit. */
export function fitText(text: string, widthPx: number, charPx: number): string {
  const room = Math.floor(widthPx / charPx);
  const characters = Array.from(text);
  if (characters.length <= room) return text;
  return room < 3 ? '' : `${characters.slice(0, room - 1).join('')}…`;
}

export function kib(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
}

/** Thousands separated, in the same way on every machine. */
export function grouped(bytes: number): string {
  return String(bytes).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
