import { FarmError, spawnLongRunning, type LongRunningProgram } from '#core';
import { checkScores, shown } from './check-scores.ts';
import type { AccuracyOracle, OracleKind, OracleQuestion } from './oracle.ts';
import { inBatches, requestOf } from './request.ts';

export interface ProgramOracleOptions {
  /** Words as in a shell, without its other rules. */
  readonly command: string;
  readonly kind: OracleKind;
  /** For the answer to one batch, the program's start included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** No list of scores is longer. */
const longestLineBytes = 1 << 20;

/**
 * Any program that reads a JSON line `{"id": 1, "candidates": [{"key", "macs", "genotype"}, …]}` and answers with a line
 * `{"id": 1, "scores": [0.71, …]}`, or `{"id": 1, "error": "why not"}`. Started when first asked and kept running; it
 * dies with this process. Errors: ORACLE_FAILED, INTERRUPTED.
 */
export function programOracle({ command, kind, timeoutMs, signal }: ProgramOracleOptions): AccuracyOracle {
  const name = `program ${command}`;
  let started: Promise<LineProgram> | undefined;
  let id = 0;
  const askBatch = async (questions: readonly OracleQuestion[]): Promise<number[]> => {
    started ??= LineProgram.start(name, command, signal);
    const program = await started;
    const request = requestOf(++id, questions);
    const line = await program.exchange(JSON.stringify(request), timeoutMs, signal);
    return scoresOf(name, line, id, questions.length);
  };
  return {
    name,
    kind,
    ask: (questions) => inBatches(questions, askBatch),
    close: async () => {
      await (await started?.catch(() => undefined))?.stop();
    },
  };
}

function scoresOf(name: string, line: string, id: number, asked: number): number[] {
  let answer: { id?: unknown; scores?: unknown; error?: unknown } | null;
  try {
    answer = JSON.parse(line) as typeof answer;
  } catch (error) {
    throw new FarmError('ORACLE_FAILED', `${name} answered ${shown(line)}, expected one line of JSON`, {
      cause: error,
    });
  }
  if (typeof answer?.error === 'string')
    throw new FarmError('ORACLE_FAILED', `${name} says: ${answer.error}`);
  if (answer?.id !== id) {
    throw new FarmError(
      'ORACLE_FAILED',
      `${name} answered ${shown(answer)}, expected the scores of id ${id}`,
    );
  }
  return checkScores(name, answer.scores, asked);
}

/** One line in, one line out. */
class LineProgram {
  readonly #name: string;
  readonly #program: LongRunningProgram;
  #ended: FarmError | undefined;
  #received = '';
  #onLine: ((line: string | FarmError) => void) | undefined;

  static async start(name: string, command: string, signal?: AbortSignal): Promise<LineProgram> {
    const { parseCommandString } = await import('execa');
    const [file, ...args] = parseCommandString(command);
    if (file === undefined) throw new FarmError('USAGE_INVALID', 'the command of an oracle is empty');
    const program = await spawnLongRunning(file, args, { pipe: true, ...(signal && { signal }) });
    return new LineProgram(name, program);
  }

  constructor(name: string, program: LongRunningProgram) {
    this.#name = name;
    this.#program = program;
    program.stdout?.setEncoding('utf8');
    program.stdout?.on('data', (text: string) => this.#receive(text));
    void this.#watch();
  }

  async exchange(line: string, timeoutMs: number, signal?: AbortSignal): Promise<string> {
    if (this.#ended !== undefined) throw this.#ended;
    const answer = new Promise<string | FarmError>((resolve) => {
      this.#onLine = resolve;
    });
    const timer = setTimeout(() => {
      const waited = `${this.#name} did not answer within ${timeoutMs / 1000} s`;
      this.#end(new FarmError('ORACLE_FAILED', waited));
      void this.stop();
    }, timeoutMs);
    this.#program.stdin?.write(`${line}\n`);
    try {
      const received = await answer;
      if (typeof received === 'string') return received;
      if (signal?.aborted === true) throw new FarmError('INTERRUPTED', 'the search was interrupted');
      throw received;
    } finally {
      clearTimeout(timer);
      this.#onLine = undefined;
    }
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  #end(error: FarmError): void {
    this.#ended ??= error;
    this.#onLine?.(this.#ended);
  }

  async #watch(): Promise<void> {
    const { missing, exitCode, endedBy } = await this.#program.exited;
    const how = missing ? 'is not there' : `ended ${endedBy ? `by ${endedBy}` : `with ${exitCode}`}`;
    const last = this.#program.output().trim().split('\n').at(-1);
    this.#end(new FarmError('ORACLE_FAILED', `${this.#name} ${how}${last ? `: ${last}` : ''}`));
  }

  #receive(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\n');
    if (end === -1) {
      if (this.#received.length <= longestLineBytes) return;
      this.#end(new FarmError('ORACLE_FAILED', `${this.#name} wrote a line without end`));
      void this.stop();
      return;
    }
    const line = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 1);
    // What nobody asked for is no answer to anything: the next exchange would take it for one.
    if (this.#onLine === undefined) {
      this.#end(new FarmError('ORACLE_FAILED', `${this.#name} wrote ${shown(line)} without being asked`));
    }
    this.#onLine?.(line);
  }
}
