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

export function positiveInteger(option: string): (text: string) => number {
  return wholeNumber(option, 1);
}
