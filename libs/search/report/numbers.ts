/** Thousands separated, the same on every machine. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** Three digits and a unit: `4.52 M`. */
export function short(value: number): string {
  const units = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  const found = units.find(([size]) => Math.abs(value) >= size);
  if (found === undefined) return String(Number(value.toPrecision(3)));
  return `${Number((value / found[0]).toPrecision(3))} ${found[1]}`;
}

export function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** With its sign: `+0.4 %`. */
export function signedPercent(share: number): string {
  const text = (100 * share).toFixed(Math.abs(share) < 0.001 ? 3 : Math.abs(share) < 0.1 ? 2 : 1);
  return `${share >= 0 ? '+' : '−'}${text.replace('-', '')} %`;
}

export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
