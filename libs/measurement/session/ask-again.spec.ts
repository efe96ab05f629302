import { expect, it } from 'vitest';
import { formatFrame } from '../protocol/index.ts';
import { bench, build, failure, nonce } from './testing/firmware-bench.ts';

const memory = (seq: number, stack = 12): string => formatFrame(nonce, seq, 'memory', { stack });
const damaged = (line: string): string => line.replace('stack=12', 'stack=13');

/** A firmware whose answers to `tf-memory` are these, in turn. */
function answers(...each: readonly (readonly string[])[]) {
  let next = 0;
  return bench((command) => (command === 'tf-memory' ? (each[next++] ?? []) : []));
}

it.for([
  ['has a bit flipped', [damaged(memory(2)), 'm-ready'], memory(3)],
  ['is flipped in its end too', [damaged(memory(2)), 'm-reaDy'], memory(3)],
  ['lacks a line', [memory(3), 'm-ready'], memory(4)],
  ['is damaged in its first line of two', [damaged(memory(2)), memory(3), 'm-ready'], memory(4)],
] as const)('an answer that %s is asked for once more', async ([, first, second]) => {
  const { clock, open } = await answers(first, [second, 'm-ready']);
  const session = await open();
  const asking = session.ask('tf-memory');
  await clock.advance(1000);
  const frames = await asking;
  expect(frames.map(({ fields }) => fields.get('stack'))).toEqual(['12']);
  expect(session.askedAgain).toEqual(['tf-memory']);
});

it('an answer that is damaged twice is given up', async () => {
  const bad = (seq: number): string[] => [damaged(memory(seq)), 'm-ready'];
  const { clock, open } = await answers(bad(2), bad(3), [memory(4), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({ code: 'PROTOCOL_GARBAGE' });
});

it('numbers must go on one by one after a damaged answer', async () => {
  const { clock, open } = await answers([damaged(memory(2)), 'm-ready'], [memory(5), memory(7), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({ code: 'PROTOCOL_LINE_LOST' });
});

it('a line of before the damage is never taken for the new answer', async () => {
  const { clock, open } = await answers([damaged(memory(2)), 'm-ready'], [memory(1), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({ code: 'PROTOCOL_LINE_LOST' });
});

it('a board that has restarted is not believed, where its boot is heard', async () => {
  const boot = formatFrame('00000000', 0, 'boot', { build });
  const { clock, open } = await answers([damaged(memory(2)), boot, 'm-ready'], [memory(3), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({
    code: 'FIRMWARE_REBOOTED',
    message: `the firmware restarted after a damaged answer to tf-memory (boot line of build ${build})`,
  });
});

it('a board that has restarted is not believed, where only its nonce tells', async () => {
  const fresh = formatFrame('00000000', 1, 'memory', { stack: 0 });
  const { clock, open } = await answers([damaged(memory(2)), 'm-ready'], [fresh, 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({
    code: 'PROTOCOL_GARBAGE',
    message: expect.stringContaining('nonce 00000000') as string,
  });
});

it('what comes before an answer is done again too', async () => {
  const { clock, open } = await answers([damaged(memory(2)), 'm-ready'], [memory(3), 'm-ready']);
  const session = await open();
  let fed = 0;
  const asking = session.ask('tf-memory', 1000, async () => void fed++);
  await clock.advance(1000);
  await asking;
  expect(fed).toBe(1);
});

it('a refusal is not asked for again, nor is an answer without an end', async () => {
  const { clock, open } = await answers(['e-[no]', 'm-ready'], [], [memory(2), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({ code: 'PROTOCOL_ERROR' });
  expect(await failure(clock, session.ask('tf-memory'))).toMatchObject({ code: 'PROTOCOL_LINE_LOST' });
  expect(session.askedAgain).toEqual([]);
});

it('the numbers of a run are never asked for again', async () => {
  const { clock, open } = await answers([damaged(memory(2)), 'm-ready'], [memory(3), 'm-ready']);
  const session = await open();
  expect(await failure(clock, session.command('tf-memory'))).toMatchObject({ code: 'PROTOCOL_GARBAGE' });
});
