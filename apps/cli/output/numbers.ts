const grouped = new Intl.NumberFormat('en-US');

/** 12,345,678 */
export function count(value: number): string {
  return grouped.format(value);
}

/** `93,992 B (91.8 KiB)` */
export function bytes(value: number): string {
  return value < 1024 ? `${value} B` : `${count(value)} B (${(value / 1024).toFixed(1)} KiB)`;
}

export function millions(value: number): string {
  return `${(value / 1e6).toFixed(2)} M`;
}
