import { FarmError, systemClock, type Logger } from '#core';
import { escapeControls, openAroundRun, openConsole, type RunningDevice, type SerialConsole } from '#devices';
import type { LeaseHandle } from '#farm';
import { readFirmware } from '#toolchain';

import { fencedDevice, fencedSerial } from './fenced-device.ts';
import type { LabBoard } from './lab-board.ts';
import { holdAgainstOthers } from './lab-runner.ts';

/** A line from the console of a reserved board, or a remark of ours about it. */
export interface HandsLine {
  /** From 1, for each reservation. */
  readonly line: number;
  readonly at: string;
  readonly kind: 'received' | 'sent' | 'note';
  readonly text: string;
}

/** What a person may do to a board that is reserved: each call shows the reservation's token. */
export interface BoardHands {
  /** Brings a finished firmware onto the board and lets it run. */
  flash(lease: LeaseHandle, elfPath: string): Promise<void>;
  send(lease: LeaseHandle, text: string): Promise<void>;
  /** Calls with what came after line `after`, and with all that comes. Opens the console where it is not open yet. */
  listen(lease: LeaseHandle, after: number, listener: (line: HandsLine) => void): Promise<() => void>;
}

const keptLines = 1000;

export function createBoardHands(boards: readonly LabBoard[], logger: Logger): BoardHands {
  const byId = new Map(boards.map((board) => [board.facts.id, board]));
  const sessions = new Map<string, Promise<HandsSession>>();
  const sessionOf = async (lease: LeaseHandle): Promise<HandsSession> => {
    lease.assertHeld();
    const key = `${lease.boardId} ${lease.token}`;
    let session = sessions.get(key);
    if (session === undefined) {
      session = HandsSession.open(byId.get(lease.boardId)!, lease, logger);
      sessions.set(key, session);
      const forget = (): void => void sessions.delete(key);
      session.catch(forget);
      lease.signal.addEventListener('abort', forget);
    }
    return session;
  };
  return {
    flash: async (lease, elfPath) => (await sessionOf(lease)).flash(elfPath),
    send: async (lease, text) => (await sessionOf(lease)).send(text),
    listen: async (lease, after, listener) => (await sessionOf(lease)).listen(after, listener),
  };
}

/** One reservation's hold of a board; it lets go of everything when the lease ends. */
class HandsSession {
  readonly #board: LabBoard;
  readonly #lease: LeaseHandle;
  readonly #lines: HandsLine[] = [];
  readonly #listeners = new Set<(line: HandsLine) => void>();
  #count = 0;
  #running: RunningDevice | undefined;
  #console: Promise<SerialConsole> | undefined;
  #isBusy = false;

  private constructor(board: LabBoard, lease: LeaseHandle, release: () => Promise<void>, logger: Logger) {
    this.#board = board;
    this.#lease = lease;
    lease.signal.addEventListener('abort', () => {
      this.#letGo()
        .then(release)
        .catch((error: unknown) =>
          logger.error('a reserved board was not let go', { board: lease.boardId, error }),
        );
    });
  }

  static async open(board: LabBoard, lease: LeaseHandle, logger: Logger): Promise<HandsSession> {
    const release = await holdAgainstOthers(board, lease);
    if (!lease.signal.aborted) return new HandsSession(board, lease, release, logger);
    await release();
    throw lease.signal.reason;
  }

  async flash(elfPath: string): Promise<void> {
    if (this.#isBusy)
      throw new FarmError('CONFLICT', `board ${this.#lease.boardId} is being flashed already`);
    this.#isBusy = true;
    try {
      const image = await readFirmware(elfPath, this.#board.target);
      await this.#letGo();
      const running = await fencedDevice(this.#board.device, this.#lease).start(image, {
        signal: this.#lease.signal,
        onStage: (stage) => this.#add('note', stage),
      });
      this.#running = running;
      this.#console = this.#runWithConsole(running);
      await this.#console;
    } finally {
      this.#isBusy = false;
    }
  }

  async send(text: string): Promise<void> {
    const console = await this.#openConsole();
    await console.write(text);
    this.#add('sent', text.trimEnd());
  }

  async listen(after: number, listener: (line: HandsLine) => void): Promise<() => void> {
    await this.#openConsole();
    for (const line of this.#lines) if (line.line > after) listener(line);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #runWithConsole(running: RunningDevice): Promise<SerialConsole> {
    const { ttyPath, baudRate, serialOpening } = running;
    const { console, begin } = await openAroundRun({
      ttyPath,
      baudRate,
      opening: serialOpening,
      run: () => running.run(),
      clock: systemClock,
      signal: this.#lease.signal,
      open: fencedSerial(this.#lease),
    });
    this.#hear(console);
    await begin();
    this.#add('note', 'running');
    return console;
  }

  async #openConsole(): Promise<SerialConsole> {
    this.#lease.assertHeld();
    const open = await this.#console?.catch(() => undefined);
    if (open?.isOpen === true) return open;
    const { console: port } = this.#board;
    if (port === undefined) {
      throw new FarmError(
        'CONFLICT',
        `nothing runs on ${this.#lease.boardId} yet, expected a firmware on it`,
      );
    }
    const opening = openConsole({ ...port, clock: systemClock, open: fencedSerial(this.#lease) });
    this.#console = opening;
    const console = await opening;
    this.#hear(console);
    return console;
  }

  #hear(console: SerialConsole): void {
    console.onLine(({ text }) => this.#add('received', text));
    void console.closed.then((reason) => this.#add('note', reason));
  }

  #add(kind: HandsLine['kind'], text: string): void {
    const at = new Date(systemClock.nowMs()).toISOString();
    const line: HandsLine = { line: ++this.#count, at, kind, text: escapeControls(text) };
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  async #letGo(): Promise<void> {
    const [console, running] = [this.#console, this.#running];
    this.#console = undefined;
    this.#running = undefined;
    await (await console?.catch(() => undefined))?.close();
    await running?.stop();
  }
}
