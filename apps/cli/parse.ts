import { FarmError } from '#core';

/** A parser of option values, for commander: a whole number of at least `least`. */
export function wholeNumber(option: string, least: number, most = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new FarmError(
        'USAGE_INVALID',
        `${option} is '${text}', expected a whole number from ${least} to ${most}`,
      );
    }
    return value;
  };
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A parser of how long: `90s`, `30m`, `2h` or `14d`, in milliseconds. */
export function durationMs(option: string): (text: string) => number {
  return (text) => {
    const { count, unit } = /^(?<count>\d{1,6})(?<unit>[smhd])$/.exec(text)?.groups ?? {};
    if (unit === undefined || Number(count) === 0) {
      throw new FarmError('USAGE_INVALID', `${option} is '${text}', expected such as 90s, 30m, 2h or 14d`);
    }
    return Number(count) * unitsMs[unit as keyof typeof unitsMs];
  };
}

export function positiveInteger(option: string): (text: string) => number {
  return wholeNumber(option, 1);
}
