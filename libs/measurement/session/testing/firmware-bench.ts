import { VirtualClock, type FarmError } from '#core';
import { createMemorySerial, openConsole, type MemorySerial, type SerialConsole } from '#devices';
import { formatFrame } from '../../protocol/index.ts';
import { Session, type SessionOptions } from '../session.ts';

export const build = '00112233445566778899aabbccddeeff';
export const nonce = 'cafe0001';
export const helloFields = {
  proto: 1,
  build,
  target: 'mps2-an386',
  core: 'cortex-m4',
  cpuid: '410fc240',
  uid: '0a0b',
  clock: 25_000_000,
  caches: 'none',
  ticks: 'systick',
  tickhz: 25_000_000,
  in: 100,
  out: 10,
  layers: 2,
  arena: 4096,
};

/** No lines: whatever is usual. */
export type Answer = (command: string) => readonly string[] | 'silence';

export interface Bench {
  readonly clock: VirtualClock;
  readonly line: MemorySerial;
  readonly console: SerialConsole;
  readonly send: (...lines: string[]) => void;
  readonly open: (options?: Partial<SessionOptions>) => Promise<Session>;
}

/** A firmware that boots, greets, and answers the rest as told. */
export async function bench(
  answer: Answer,
  boot: readonly string[] = ['m-ready'],
  hello = helloFields,
): Promise<Bench> {
  const clock = new VirtualClock();
  const line = createMemorySerial();
  const send = (...lines: string[]): void => line.send(lines.map((text) => `${text}\r\n`).join(''));
  line.onWrite((text) => {
    for (const command of text.split('%').slice(0, -1)) {
      const given = /^tf-hello (.*)$/.exec(command)?.[1];
      const own = answer(command);
      if (own === 'silence') {
        continue;
      }
      send(
        ...(own.length > 0 || given === undefined
          ? own
          : [
              formatFrame(given, 0, 'hello', hello),
              formatFrame(given, 1, 'compiler', { text: 'gcc 12' }),
              'm-ready',
            ]),
      );
    }
  });
  const console = await openConsole({ path: 'memory', baudRate: 115_200, clock, open: line.open });
  const open = (options: Partial<SessionOptions> = {}): Promise<Session> =>
    Session.open(console, async () => send(...boot), {
      clock,
      buildHash: build,
      newNonce: () => nonce,
      ...options,
    });
  return { clock, line, console, send, open };
}

/** The failure of a promise, with time passing meanwhile. */
export async function failure(clock: VirtualClock, work: Promise<unknown>): Promise<FarmError> {
  const caught = work.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );
  await clock.advance(120_000);
  return (await caught) as FarmError;
}
