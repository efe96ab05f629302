import { FarmError, type Clock } from '#core';
import type { SerialConsole } from '#devices';
import { Inbox } from '../session/inbox.ts';
import { quote } from '../session/session-errors.ts';
import { watchDevice } from '../session/watch-device.ts';

export interface MlperfSessionOptions {
  readonly clock: Clock;
  /** Resolves when the device goes away by itself. */
  readonly gone?: Promise<string> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** From the start of the firmware to its `m-ready`. Default 3000. */
  readonly bootDeadlineMs?: number | undefined;
  /** Between two lines of an answer. Default 5000. */
  readonly commandDeadlineMs?: number | undefined;
}

const maxAnswerLines = 10_000;

class Silence extends Error {}

/**
 * A conversation with any firmware that has the harness of MLPerf Tiny. It holds to what the reference implementation
 * takes: one command at a time, at most 80 characters, never an empty one.
 */
export class MlperfSession {
  readonly #console: SerialConsole;
  readonly #options: MlperfSessionOptions;
  readonly #inbox: Inbox;
  readonly #unwatch: () => void;

  private constructor(console: SerialConsole, options: MlperfSessionOptions) {
    this.#console = console;
    this.#options = options;
    this.#inbox = new Inbox(console, options.clock);
    this.#unwatch = watchDevice({ ...options, console }, this.#inbox);
  }

  /**
   * Lets the firmware run and waits for the end of its boot; one that has booted before is asked for its name. Errors:
   * FIRMWARE_SILENT, PROTOCOL_GARBAGE, DEVICE_EXITED, SERIAL_CLOSED, SERIAL_TIMEOUT, INTERRUPTED.
   */
  static async open(
    console: SerialConsole,
    run: () => Promise<void>,
    options: MlperfSessionOptions,
  ): Promise<MlperfSession> {
    const session = new MlperfSession(console, options);
    try {
      await run();
      const bootMs = options.bootDeadlineMs ?? 3000;
      if (!(await session.#isReady(bootMs))) {
        await console.write('name%');
        if (!(await session.#isReady(bootMs))) {
          throw new FarmError(
            'FIRMWARE_SILENT',
            `the firmware sent no m-ready within ${bootMs} ms after its start, nor after name%: expected one that speaks the MLPerf Tiny protocol`,
          );
        }
      }
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /**
   * Sends a command and returns the lines of its answer. Errors: FIRMWARE_HUNG, PROTOCOL_GARBAGE (too many lines);
   * PROTOCOL_ERROR (context `firmwareError`) where the firmware refuses; those of `open`.
   */
  async command(text: string, deadlineMs = this.#options.commandDeadlineMs ?? 5000): Promise<string[]> {
    if (text.trim() === '') {
      throw new FarmError(
        'INTERNAL',
        'an empty command was to be sent, which the reference firmware does not survive',
      );
    }
    const name = text.length > 40 ? `${text.slice(0, 37)}...` : text;
    await this.#console.write(`${text}%`);
    const lines: string[] = [];
    for (;;) {
      const line = await this.#read(deadlineMs);
      if (line === undefined) {
        throw new FarmError('FIRMWARE_HUNG', `the firmware was silent for ${deadlineMs} ms during ${name}`, {
          context: { command: name, deadlineMs },
        });
      }
      if (line === 'm-ready') {
        const refusal = lines
          .map((said) => /^e-\[(.*)\]$/.exec(said)?.[1])
          .find((said) => said !== undefined);
        if (refusal !== undefined) {
          throw new FarmError('PROTOCOL_ERROR', `the firmware refused ${name}: ${refusal}`, {
            context: { command: name, firmwareError: refusal },
          });
        }
        return lines;
      }
      lines.push(line);
      if (lines.length > maxAnswerLines) {
        throw new FarmError(
          'PROTOCOL_GARBAGE',
          `more than ${maxAnswerLines} lines came during ${name}, the last ${quote(line)}`,
        );
      }
    }
  }

  close(): void {
    this.#unwatch();
    this.#inbox.close();
  }

  async #isReady(ms: number): Promise<boolean> {
    for (let lines = 0; lines < maxAnswerLines; lines++) {
      const line = await this.#read(ms);
      if (line === undefined || line === 'm-ready') {
        return line !== undefined;
      }
    }
    throw new FarmError('PROTOCOL_GARBAGE', `more than ${maxAnswerLines} lines came at the boot`);
  }

  /** Undefined when there was silence for so long. */
  async #read(ms: number): Promise<string | undefined> {
    try {
      const { text } = await this.#inbox.take(ms, () => new Silence());
      return text.replace(/\r$/, '');
    } catch (error) {
      if (error instanceof Silence) {
        return undefined;
      }
      throw error;
    }
  }
}
