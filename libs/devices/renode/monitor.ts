import type { Readable, Writable } from 'node:stream';
import { FarmError, withDeadline, type Clock } from '#core';
import { answerIn, errorIn, plainText, promptOf } from './monitor-text.ts';

const answerDeadlineMs = 10_000;
/** A monitor that floods is not listened to without end. */
const maxKeptChars = 1024 * 1024;

/** Renode's monitor over its pipes: one command at a time, each answered by text and a prompt. */
export class Monitor {
  readonly #input: Writable;
  readonly #clock: Clock;
  #received = '';
  #wake: () => void = () => {};
  #last: Promise<unknown> = Promise.resolve();

  constructor(input: Writable, output: Readable, clock: Clock) {
    this.#input = input;
    this.#clock = clock;
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      this.#received = (this.#received + chunk).slice(-maxKeptChars);
      this.#wake();
    });
  }

  /** The banner, once the first prompt is there. Error PROGRAM_TIMEOUT. */
  ready(deadlineMs: number): Promise<string> {
    return this.#untilPrompt('its start', deadlineMs);
  }

  /** The answer's text. Errors PROGRAM_TIMEOUT (then the monitor is of no use any more) and PROGRAM_FAILED. */
  execute(command: string, deadlineMs = answerDeadlineMs): Promise<string> {
    const answer = this.#last.then(async () => {
      this.#received = '';
      this.#input.write(`${command}\n`);
      const text = answerIn(await this.#untilPrompt(command, deadlineMs), command);
      const error = errorIn(text);
      if (error !== undefined) {
        throw new FarmError('PROGRAM_FAILED', `Renode refused '${command}': ${error}`, {
          context: { command, answer: text },
        });
      }
      return text;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #untilPrompt(what: string, deadlineMs: number): Promise<string> {
    const prompted = async (): Promise<string> => {
      while (promptOf(plainText(this.#received)) === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return plainText(this.#received);
    };
    return withDeadline(
      prompted(),
      deadlineMs,
      this.#clock,
      () =>
        new FarmError('PROGRAM_TIMEOUT', `Renode did not answer '${what}' within ${deadlineMs} ms`, {
          context: { received: this.#received.slice(-500) },
        }),
    );
  }
}
