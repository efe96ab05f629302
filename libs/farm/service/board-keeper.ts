import { FarmError } from '#core';
import type { Measurement } from '#measurement';

import type { Board, Health, ListedBoard } from '../model/board.ts';
import type { Failure } from '../model/failure.ts';
import type { SentinelResult } from '../model/sentinel.ts';
import type { Alarm } from './alarm.ts';
import type { FarmState } from './farm-state.ts';
import type { FarmOptions, FarmSettings } from './options.ts';
import { SentinelMemory } from './sentinel-memory.ts';

/** Health of boards: who may be trusted with work, and what brings a board back. */
export class BoardKeeper {
  readonly #state: FarmState;
  readonly #alarm: Alarm;
  readonly #settings: FarmSettings;
  readonly #options: FarmOptions;
  readonly #wake: () => void;
  readonly #sentinels: SentinelMemory;
  /** Quarantined boards whose pause before the next sentinel is not over. */
  readonly #resting = new Set<string>();

  constructor(
    state: FarmState,
    alarm: Alarm,
    settings: FarmSettings,
    options: FarmOptions,
    wake: () => void,
  ) {
    this.#state = state;
    this.#alarm = alarm;
    this.#settings = settings;
    this.#options = options;
    this.#wake = wake;
    this.#sentinels = new SentinelMemory((id) => state.boards.get(id));
  }

  /** What the sentinels of earlier days have found. */
  remember(results: readonly SentinelResult[]): void {
    this.#sentinels.remember(results);
  }

  /** Makes the farm's boards those of the list. New ones are unknown; those left out are gone, and kept on record. */
  list(list: readonly ListedBoard[]): void {
    const listed = new Set(list.map(({ id }) => id));
    for (const board of this.#state.boards.values()) {
      if (!listed.has(board.id) && !board.gone) this.#change({ ...board, gone: true });
    }
    for (const fact of list) {
      const known = this.#state.boards.get(fact.id);
      const { id, target, fidelity, bench, tags, quarantine } = fact;
      const facts = { id, target, fidelity, bench, tags };
      const board: Board = known ?? { ...newBoard, ...facts, healthSince: this.#state.now() };
      const same =
        !board.gone &&
        board.target === target &&
        board.fidelity === fidelity &&
        board.bench === bench &&
        board.tags.join('\n') === tags.join('\n');
      if (known !== undefined && same) {
        this.heardOfQuarantine(id, quarantine);
        continue;
      }
      const again = known !== undefined && board.health === 'good';
      const health = again
        ? { health: 'unknown' as const, reason: 'its entry in the list of boards changed' }
        : {};
      this.#change({ ...board, ...facts, gone: false, ...health });
      this.heardOfQuarantine(id, quarantine);
    }
    for (const board of this.#state.boards.values()) {
      if (board.health === 'bad') this.#rest(board);
      this.#wakeForSentinel(board);
    }
    this.#wake();
  }

  setHealth(boardId: string, health: Health, reason: string): Board {
    const board = { ...withoutFault(this.require(boardId)), failedSentinels: 0, cleanSentinels: 0 };
    this.#resting.delete(boardId);
    this.#alarm.clear(`quarantine ${boardId}`);
    const changed = this.#healthChange(board, health, reason);
    if (health === 'bad') this.#rest(changed);
    this.#wake();
    return changed;
  }

  /**
   * Others of the board's host have put it in quarantine, with this reason, or have let it out: a board in quarantine
   * for one is so for all. What it is in maintenance for is a person's business.
   */
  heardOfQuarantine(boardId: string, quarantine: string | null | undefined): void {
    const { health } = this.require(boardId);
    if (health === 'maintenance' || quarantine === undefined) return;
    if (quarantine !== null && health !== 'bad') this.setHealth(boardId, 'bad', quarantine);
    else if (quarantine === null && health === 'bad') {
      this.setHealth(boardId, 'unknown', 'was let out of quarantine at its host');
    }
  }

  require(boardId: string): Board {
    const board = this.#state.boards.get(boardId);
    if (board !== undefined) return board;
    throw new FarmError('BOARD_UNKNOWN', `there is no board ${boardId}, expected one of ${this.names()}`);
  }

  names(): string {
    return [...this.#state.boards.keys()].sort().join(', ') || 'none: the list of boards is empty';
  }

  /** A board was to blame for something: it does no real work before it is brought back and its sentinel has passed. */
  suspect(boardId: string, failed: Failure): void {
    const board = this.#state.boards.get(boardId);
    if (board?.health !== 'good') return;
    if (failed.code === 'BOARD_QUARANTINED') this.#quarantine(board, failed.message);
    else this.#doubt(board, failed, `${failed.code}: ${failed.message}`);
  }

  #doubt(board: Board, failed: Failure, reason: string): void {
    this.#healthChange(
      this.#canBeBroughtBack(board) ? { ...board, fault: failed } : board,
      'unknown',
      reason,
    );
  }

  #canBeBroughtBack({ id }: Board): boolean {
    return this.#options.runner.recovery?.knows(id) === true;
  }

  /** A person had the board: nobody knows what is on it. */
  afterReservation(boardId: string, reason: string): void {
    const board = this.#state.boards.get(boardId);
    if (board?.health === 'good') this.#healthChange(board, 'unknown', reason);
  }

  /** Whether the board's next work is a sentinel. Trusts boards of a target that has none. */
  wantsSentinel(board: Board, nowMs: number): boolean {
    if (board.gone || board.health === 'maintenance') return false;
    if (this.#options.sentinelOf(board.target) === undefined) {
      if (board.health === 'unknown')
        this.#healthChange(board, 'good', `target ${board.target} has no sentinel`);
      return false;
    }
    if (board.health === 'unknown') return !this.#resting.has(board.id);
    if (board.health === 'bad') return !this.#resting.has(board.id);
    return (
      board.sentinelAt === null || nowMs - Date.parse(board.sentinelAt) >= this.#settings.sentinelEveryMs
    );
  }

  /** A sentinel that measured: in its band, or not. */
  sentinelMeasured(attemptId: string, boardId: string, buildHash: string, measurement: Measurement): void {
    const board = this.require(boardId);
    const value = measurement.cycles ?? measurement.instructions ?? Number.NaN;
    const band = this.#sentinels.bandFor(board, buildHash);
    const clean = Number.isFinite(value) && (band === undefined || (value >= band.low && value <= band.high));
    const reason = clean
      ? 'within its band'
      : `the sentinel measured ${value}, expected ${band?.low} to ${band?.high} (band of the ${band?.from})`;
    const at = this.#state.now();
    const row = { attemptId, boardId, target: board.target, buildHash, value, clean, reason, at };
    this.#sentinels.remember([row]);
    this.#state.record({ kind: 'sentinel', row });
    this.#state.event('sentinel.result', { boardId, attemptId }, { value, clean, reason });
    if (board.health === 'maintenance') this.#change({ ...board, sentinelAt: at });
    else if (clean) this.#passed({ ...board, sentinelAt: at });
    else this.#quarantine({ ...board, sentinelAt: at }, reason);
  }

  /** A sentinel that could not be measured, although it is known to work: the board's fault, unless the host's. */
  sentinelFailed(boardId: string, failed: Failure, wasBroughtBack: boolean): void {
    const board = this.require(boardId);
    if (board.health === 'maintenance') return;
    const reason = `its sentinel failed: ${failed.code}: ${failed.message}`;
    if (failed.blame === 'host' || failed.code === 'LEASE_LOST') this.#rest(board);
    else if (failed.code === 'BOARD_QUARANTINED') this.#quarantine(board, failed.message);
    else if (!wasBroughtBack && board.health !== 'bad' && this.#canBeBroughtBack(board))
      this.#doubt(board, failed, reason);
    else this.#quarantine(board, reason);
  }

  /** The sentinel itself could not be built; the board waits. */
  sentinelUnavailable(boardId: string, failed: Failure): void {
    const board = this.require(boardId);
    this.#rest(this.#change({ ...board, reason: `its sentinel could not be compiled: ${failed.message}` }));
  }

  #passed(sentinelBoard: Board): void {
    const board = withoutFault(sentinelBoard);
    this.#wakeForSentinel(board);
    const cleanSentinels = board.cleanSentinels + 1;
    if (board.health === 'bad' && cleanSentinels < this.#settings.cleanToReturn) {
      const changed = this.#change({ ...board, cleanSentinels, failedSentinels: 0 });
      this.#rest(changed);
      return;
    }
    if (board.health === 'good') this.#change({ ...board, cleanSentinels });
    else {
      const reason = `passed ${cleanSentinels === 1 ? 'its sentinel' : `${cleanSentinels} sentinels in a row`}`;
      this.#healthChange({ ...board, cleanSentinels, failedSentinels: 0 }, 'good', reason);
    }
  }

  /** An idle farm has nothing else that wakes it. */
  #wakeForSentinel({ id, sentinelAt }: Board): void {
    if (sentinelAt === null) return;
    const leftMs = Date.parse(sentinelAt) + this.#settings.sentinelEveryMs - this.#options.clock.nowMs();
    this.#alarm.set(`sentinel ${id}`, leftMs, this.#wake);
  }

  #quarantine(board: Board, reason: string): void {
    const failedSentinels = board.failedSentinels + 1;
    const given = { ...withoutFault(board), cleanSentinels: 0, failedSentinels };
    this.#rest(this.#healthChange(given, 'bad', reason));
  }

  #rest(board: Board): void {
    const { quarantineRetryMs, quarantineRetryMaxMs } = this.#settings;
    const pauseMs = Math.min(
      quarantineRetryMs * 2 ** Math.max(0, board.failedSentinels - 1),
      quarantineRetryMaxMs,
    );
    this.#resting.add(board.id);
    this.#alarm.set(`quarantine ${board.id}`, pauseMs, () => {
      this.#resting.delete(board.id);
      this.#wake();
    });
  }

  #healthChange(board: Board, health: Health, reason: string): Board {
    const healthSince = board.health === health ? board.healthSince : this.#state.now();
    const cleanSentinels = health === board.health || health === 'good' ? board.cleanSentinels : 0;
    return this.#change({ ...board, health, reason, healthSince, cleanSentinels });
  }

  #change(board: Board): Board {
    const { id: boardId, health, reason, gone } = board;
    this.#state.putBoard(board);
    this.#state.event('board.changed', { boardId }, { health, reason, gone });
    return board;
  }
}

function withoutFault(board: Board): Board {
  const { fault: _, ...others } = board;
  return others;
}

const newBoard = {
  health: 'unknown',
  reason: 'new',
  gone: false,
  flashes: 0,
  lastToken: 0,
  cleanSentinels: 0,
  failedSentinels: 0,
  sentinelAt: null,
} as const;
