import { randomBytes } from 'node:crypto';
import { FarmError, isFarmError, type Clock } from '#core';
import type { SerialConsole } from '#devices';
import type { Symbolise } from '../fault/index.ts';
import { parseLine, type Frame, type ProtocolLine } from '../protocol/index.ts';
import type { Hello } from './hello.ts';
import { Inbox } from './inbox.ts';
import { greet } from './greet.ts';
import { LineNumbers } from './line-numbers.ts';
import { faultError, faultText, garbageError, rebootError } from './session-errors.ts';
import { watchDevice } from './watch-device.ts';

export interface SessionOptions {
  readonly clock: Clock;
  /** The build that must answer. */
  readonly buildHash: string;
  /** The chip that must answer; any where absent. */
  readonly uid?: string | undefined;
  /** What the core does, where the firmware says nothing. */
  readonly inspect?: (() => Promise<string | undefined>) | undefined;
  readonly symbolise?: Symbolise | undefined;
  /** Resolves when the device goes away by itself. */
  readonly gone?: Promise<string> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Eight hexadecimal digits, another each time. */
  readonly newNonce?: (() => string) | undefined;
  /** From the start of the firmware to the end of its boot lines. Default 3000. */
  readonly bootDeadlineMs?: number | undefined;
  /** For an answer to `tf-hello`, which is tried `helloTries` times. Default 1000, 3. */
  readonly helloDeadlineMs?: number | undefined;
  readonly helloTries?: number | undefined;
  /** Between two lines of an answer. Default 5000. */
  readonly commandDeadlineMs?: number | undefined;
}

/** A restart says two such lines, a fault one. */
const maxIdleLines = 1000;

/** After this silence a damaged answer has ended, though its end was not understood. */
const quietMs = 500;

/** Thrown by `readLine` alone, for its caller to turn into what the silence means. */
class Silence extends Error {}

/** A conversation with a firmware that has told who it is. One command at a time. */
export class Session {
  readonly #console: SerialConsole;
  readonly #options: SessionOptions;
  readonly #inbox: Inbox;
  readonly #unwatch: () => void;
  readonly #numbers = new LineNumbers();
  readonly #askedAgain: string[] = [];
  #hello: Hello | undefined;

  private constructor(console: SerialConsole, options: SessionOptions) {
    this.#console = console;
    this.#options = options;
    this.#inbox = new Inbox(console, options.clock);
    this.#unwatch = watchDevice({ ...options, console }, this.#inbox);
  }

  /**
   * Lets the firmware run, waits for its boot, and asks who it is. Errors: FIRMWARE_SILENT, FIRMWARE_FAULT,
   * PROTOCOL_GARBAGE, PROTOCOL_ERROR, BUILD_HASH_MISMATCH, BOARD_UID_MISMATCH, DEVICE_EXITED, SERIAL_CLOSED,
   * SERIAL_TIMEOUT, INTERRUPTED.
   */
  static async open(
    console: SerialConsole,
    run: () => Promise<void>,
    options: SessionOptions,
  ): Promise<Session> {
    const session = new Session(console, options);
    try {
      await run();
      session.#hello = await greet({
        ...options,
        read: (ms) => session.#readLine(ms),
        unfinished: () => console.unfinished,
        write: (text) => console.write(text),
        begin: (nonce) => session.#numbers.begin(nonce),
        isNext: (frame) => session.#numbers.take(frame),
        newNonce: () => session.#newNonce(),
        describeCore: () => session.#describeCore(),
        fault: (frame, during) => session.#fault(frame, during),
      });
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  get hello(): Hello {
    return this.#hello!;
  }

  /** Commands whose answers were damaged, and which were asked once more. */
  get askedAgain(): readonly string[] {
    return this.#askedAgain;
  }

  /**
   * As `command`, for an answer that stands by itself whenever it is given: where it comes damaged it is asked for once
   * more, after `before`. Never for the numbers of a run. A board that has restarted meanwhile is found by its nonce.
   */
  async ask(text: string, deadlineMs?: number, before?: () => Promise<void>): Promise<Frame[]> {
    try {
      return await this.command(text, deadlineMs);
    } catch (error) {
      const isDamage = isFarmError(error, 'PROTOCOL_GARBAGE') || isFarmError(error, 'PROTOCOL_LINE_LOST');
      if (!isDamage || error.context['isSessionOver'] === true) {
        throw error;
      }
      this.#askedAgain.push(text);
      await this.#skipAnswer(text, error);
      this.#numbers.allowJump();
      await before?.();
      return this.command(text, deadlineMs);
    }
  }

  /**
   * Sends a command and returns the frames of its answer, whose nonce, sums and sequence hold. Errors as of `open`,
   * and FIRMWARE_HUNG, FIRMWARE_REBOOTED, PROTOCOL_LINE_LOST; PROTOCOL_ERROR (context `firmwareError`) where the
   * firmware refuses.
   */
  async command(text: string, deadlineMs = this.#options.commandDeadlineMs ?? 5000): Promise<Frame[]> {
    const name = text.length > 40 ? `${text.slice(0, 37)}...` : text;
    const during = `during ${name}`;
    await this.#console.write(`${text}%`);
    const frames: Frame[] = [];
    let refusal: string | undefined;
    let idle = 0;
    for (;;) {
      const line = await this.#readLine(deadlineMs);
      if (line === undefined) {
        if (await this.#isListening()) {
          throw new FarmError(
            'PROTOCOL_LINE_LOST',
            `the answer ${during} did not end within ${deadlineMs} ms, but the firmware answers tf-hello: a line was lost`,
            { context: { command: name, deadlineMs, isSessionOver: true } },
          );
        }
        const { unfinished } = this.#console;
        if (unfinished !== '') {
          throw garbageError(during, unfinished, 'bytes without an end of line, as at another baud rate');
        }
        const core = await this.#describeCore();
        throw new FarmError(
          'FIRMWARE_HUNG',
          `the firmware was silent for ${deadlineMs} ms ${during}${core === undefined ? '' : `: ${core}`}`,
          { context: { command: name, deadlineMs, core } },
        );
      }
      switch (line.kind) {
        case 'frame':
          await this.#check(line, during);
          frames.push(line);
          break;
        case 'ready':
          if (refusal !== undefined) {
            throw new FarmError('PROTOCOL_ERROR', `the firmware refused ${name}: ${refusal}`, {
              context: { command: name, firmwareError: refusal },
            });
          }
          return frames;
        case 'error':
          refusal ??= line.text;
          break;
        case 'garbage':
          throw garbageError(during, line.text, line.reason);
        case 'message':
        case 'empty':
          // Only the benchmark's commands answer with messages: here it was an m-ready once.
          if (line.kind === 'message' && text.startsWith('tf-')) {
            throw garbageError(during, `m-${line.text}`, 'an answer of no tf- command');
          }
          if (++idle > maxIdleLines) {
            throw garbageError(during, line.text, `a flood of ${idle} lines that are no answer`);
          }
          break;
      }
    }
  }

  /** Ends the watch on console and device; does not close them. */
  close(): void {
    this.#unwatch();
    this.#inbox.close();
  }

  #newNonce(): string {
    return this.#options.newNonce?.() ?? randomBytes(4).toString('hex');
  }

  /** Whether the firmware still answers where an answer has not ended. The session is over after that. */
  async #isListening(): Promise<boolean> {
    const nonce = this.#newNonce();
    // An end of whatever command the firmware believes to be reading comes first.
    await this.#console.write(`%tf-hello ${nonce}%`);
    for (let count = 0; count < maxIdleLines; count++) {
      const line = await this.#readLine(this.#options.helloDeadlineMs ?? 1000);
      if (line === undefined) {
        return false;
      }
      // A frame of before is the answer of a firmware that was merely too slow.
      if (line.kind === 'frame') {
        return line.topic === 'hello' && line.nonce === nonce;
      }
    }
    return false;
  }

  /** Reads past the rest of a damaged answer. */
  async #skipAnswer(text: string, damage: FarmError): Promise<void> {
    const during = `after a damaged answer to ${text}`;
    for (let count = 0; count < maxIdleLines; count++) {
      const line = await this.#readLine(quietMs);
      if (line === undefined || line.kind === 'ready') {
        return;
      }
      if (line.kind === 'frame' && line.topic === 'fault') {
        throw await this.#fault(line, during);
      }
      if (line.kind === 'frame' && line.topic === 'boot') {
        throw rebootError(during, line);
      }
    }
    throw damage;
  }

  async #check(frame: Frame, during: string): Promise<void> {
    if (frame.topic === 'fault') {
      throw await this.#fault(frame, during);
    }
    if (frame.nonce !== this.#numbers.nonce) {
      throw frame.topic === 'boot'
        ? rebootError(during, frame)
        : garbageError(during, `nonce ${frame.nonce}`, `expected nonce ${this.#numbers.nonce}`);
    }
    if (!this.#numbers.take(frame)) {
      throw new FarmError(
        'PROTOCOL_LINE_LOST',
        `line ${frame.seq} came ${during} where line ${this.#numbers.next} was expected: the line between was lost`,
      );
    }
  }

  async #fault(frame: Frame, during: string): Promise<FarmError> {
    const text = faultText(frame);
    return faultError(during, (await this.#options.symbolise?.(text)) ?? text, frame);
  }

  async #describeCore(): Promise<string | undefined> {
    const text = await this.#options.inspect?.();
    return text === undefined ? undefined : ((await this.#options.symbolise?.(text)) ?? text);
  }

  /** Undefined when there was silence for so long. */
  async #readLine(ms: number): Promise<ProtocolLine | undefined> {
    try {
      const { text } = await this.#inbox.take(ms, () => new Silence());
      return parseLine(text);
    } catch (error) {
      if (error instanceof Silence) {
        return undefined;
      }
      throw error;
    }
  }
}
