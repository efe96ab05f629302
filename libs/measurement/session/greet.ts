import { FarmError } from '#core';
import type { Frame, ProtocolLine } from '../protocol/index.ts';
import { readHello, type Hello } from './hello.ts';
import { garbageError } from './session-errors.ts';

/** What `greet` needs of the session that it begins. */
export interface Greeting {
  readonly buildHash: string;
  readonly uid?: string | undefined;
  readonly bootDeadlineMs?: number | undefined;
  readonly helloDeadlineMs?: number | undefined;
  readonly helloTries?: number | undefined;
  readonly read: (ms: number) => Promise<ProtocolLine | undefined>;
  /** What has arrived that no end of a line followed. */
  readonly unfinished: () => string;
  readonly write: (text: string) => Promise<void>;
  /** From now on frames carry this nonce and count from 0. */
  readonly begin: (nonce: string) => void;
  /** Whether the frame is the next of this session; takes it as seen if so. */
  readonly isNext: (frame: Frame) => boolean;
  readonly newNonce: () => string;
  readonly describeCore: () => Promise<string | undefined>;
  readonly fault: (frame: Frame, during: string) => Promise<FarmError>;
}

/** A line without noise is 80 bytes; a board that floods is not listened to for longer than this. */
const maxGarbageChars = 64 * 1024;
const harmlessChars = 64;

/** What was heard that is no protocol: told only if nothing better comes. */
class Noise {
  #chars = 0;
  #first: { readonly text: string; readonly reason: string } | undefined;

  add(line: { readonly text: string; readonly reason: string }): void {
    this.#first ??= line;
    this.#chars += line.text.length + 2;
    if (this.#chars > maxGarbageChars) {
      throw this.error(`a flood of ${this.#chars} bytes`)!;
    }
  }

  /** Empty lines, messages and frames of others; of these, too, there may be a flood. */
  addHarmless(): void {
    this.#chars += harmlessChars;
    if (this.#chars > maxGarbageChars) {
      throw garbageError('after the boot', '', 'a flood of lines that are no answer');
    }
  }

  error(what?: string): FarmError | undefined {
    const first = this.#first;
    return first && garbageError('after the boot', first.text, what ?? first.reason);
  }
}

/** Waits for the boot, then asks until the firmware tells who it is; holds the answer against what was expected. */
export async function greet(greeting: Greeting): Promise<Hello> {
  const { bootDeadlineMs = 3000, helloDeadlineMs = 1000, helloTries = 3 } = greeting;
  const noise = new Noise();
  await awaitBoot(greeting, bootDeadlineMs, noise);
  for (let i = 0; i < helloTries; i++) {
    // From the second time on, an end of whatever command the firmware believes to be reading.
    const hello = await tryHello(greeting, helloDeadlineMs, noise, i === 0 ? '' : '%');
    if (hello !== undefined) {
      checkIdentity(hello, greeting);
      return hello;
    }
  }
  const unheard = noise.error();
  if (unheard !== undefined) {
    throw unheard;
  }
  const unfinished = greeting.unfinished();
  if (unfinished !== '') {
    throw garbageError('after the boot', unfinished, 'bytes without an end of line, as at another baud rate');
  }
  const core = await greeting.describeCore();
  throw new FarmError(
    'FIRMWARE_SILENT',
    `the firmware did not answer within ${bootDeadlineMs} ms for its boot and ${helloTries} times ${helloDeadlineMs} ms for tf-hello${core === undefined ? '' : `: ${core}`}`,
    { context: { core } },
  );
}

/** Ends at the boot's `m-ready` or at the first silence: who listens too late hears no boot, but may still be answered. */
async function awaitBoot(greeting: Greeting, ms: number, noise: Noise): Promise<void> {
  for (;;) {
    const line = await greeting.read(ms);
    if (line === undefined || line.kind === 'ready') {
      return;
    }
    if (line.kind === 'garbage') {
      noise.add(line);
    } else if (line.kind === 'frame' && line.topic === 'fault') {
      throw await greeting.fault(line, 'at its boot');
    } else {
      noise.addHarmless();
    }
  }
}

async function tryHello(
  greeting: Greeting,
  ms: number,
  noise: Noise,
  prefix: string,
): Promise<Hello | undefined> {
  const nonce = greeting.newNonce();
  greeting.begin(nonce);
  await greeting.write(`${prefix}tf-hello ${nonce}%`);
  const frames: Frame[] = [];
  let refusal: string | undefined;
  for (;;) {
    const line = await greeting.read(ms);
    if (line === undefined) {
      return undefined;
    }
    if (line.kind === 'frame' && line.topic === 'fault') {
      throw await greeting.fault(line, 'during tf-hello');
    }
    if (line.kind === 'frame' && greeting.isNext(line)) {
      frames.push(line);
    } else if (line.kind === 'garbage') {
      noise.add(line);
    } else if (line.kind === 'error') {
      refusal = line.text;
    } else if (line.kind === 'ready') {
      const [hello, compiler] = frames;
      if (hello?.topic === 'hello') {
        return readHello(hello, compiler?.topic === 'compiler' ? compiler : undefined);
      }
      if (refusal?.includes('tf-hello') === true) {
        throw new FarmError('PROTOCOL_ERROR', `the firmware refused tf-hello: ${refusal}`);
      }
    } else {
      noise.addHarmless();
    }
  }
}

function checkIdentity(hello: Hello, { buildHash, uid }: Greeting): void {
  if (hello.build !== buildHash.toLowerCase()) {
    throw new FarmError(
      'BUILD_HASH_MISMATCH',
      `build ${hello.build} answered, expected build ${buildHash}: another image is running`,
      { context: { build: hello.build, expected: buildHash } },
    );
  }
  if (uid !== undefined && hello.uid !== uid.toLowerCase()) {
    throw new FarmError(
      'BOARD_UID_MISMATCH',
      `the chip ${hello.uid} answered, expected ${uid}: another board is on this line`,
      { context: { uid: hello.uid, expected: uid } },
    );
  }
}
