import { expect, it } from 'vitest';
import { checkVersion } from './version.ts';

it.for(['Renode v1.16.1.20741', 'Renode, version 1.16.1.20741 (0-0)', 'Renode v1.17.0.1', 'Renode v2.0.0'])(
  '%s is new enough',
  (text) => {
    expect(checkVersion(text)).toMatch(/^Renode \d+\.\d+\.\d+$/);
  },
);

it.for([
  ['Renode v1.16.0.1525', 'Renode is 1.16.0, expected 1.16.1 or later'],
  ['Renode v1.9.7', 'Renode is 1.9.7, expected 1.16.1 or later'],
  ['what?', "Renode said no version, but 'what?'"],
] as const)('%s is refused', ([text, message]) => {
  expect(() => checkVersion(text)).toThrow(message);
});
