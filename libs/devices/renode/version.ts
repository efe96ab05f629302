import { FarmError } from '#core';

/** What was observed and written for; before it other texts, other commands. */
const oldest = [1, 16, 1] as const;

/** As `Renode 1.16.1`, of the banner or of `version`. Error DEVICE_START_FAILED where it is older, or says none. */
export function checkVersion(text: string): string {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (found === null) {
    throw new FarmError('DEVICE_START_FAILED', `Renode said no version, but '${text.slice(0, 80)}'`);
  }
  const version = found.slice(1, 4).map(Number);
  const first = version.findIndex((part, i) => part !== oldest[i]);
  if (first >= 0 && version[first]! < oldest[first]!) {
    throw new FarmError(
      'DEVICE_START_FAILED',
      `Renode is ${version.join('.')}, expected ${oldest.join('.')} or later`,
    );
  }
  return `Renode ${version.join('.')}`;
}
