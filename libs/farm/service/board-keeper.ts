import { FarmError } from '#core';
import type { Measurement } from '#measurement';

import { bandOf, median } from '../decide/sentinel-band.ts';
import type { Board, BoardFacts, Health } from '../model/board.ts';
import type { Failure } from '../model/failure.ts';
import type { SentinelResult } from '../model/sentinel.ts';
import type { Alarm } from './alarm.ts';
import type { FarmState } from './farm-state.ts';
import type { FarmOptions, FarmSettings } from './options.ts';

/** Health of boards: who may be trusted with work, and what brings a board back. */
export class BoardKeeper {
  readonly #state: FarmState;
  readonly #alarm: Alarm;
  readonly #settings: FarmSettings;
  readonly #options: FarmOptions;
  readonly #wake: () => void;
  /** Clean values by board and build, oldest first. */
  readonly #clean = new Map<string, Map<string, number[]>>();
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
  }

  /** What the sentinels of earlier days have found. */
  remember(results: readonly SentinelResult[]): void {
    for (const { boardId, buildHash, value, clean } of results) {
      if (clean) this.#valuesOf(boardId, buildHash).push(value);
    }
  }

  /** Makes the farm's boards those of the list. New ones are unknown; those left out are gone, and kept on record. */
  list(facts: readonly BoardFacts[]): void {
    const listed = new Set(facts.map(({ id }) => id));
    for (const board of this.#state.boards.values()) {
      if (!listed.has(board.id) && !board.gone) this.#change({ ...board, gone: true });
    }
    for (const fact of facts) {
      const known = this.#state.boards.get(fact.id);
      const board: Board = known ?? { ...newBoard, ...fact, healthSince: this.#state.now() };
      const { id, target, fidelity, bench, tags } = fact;
      const same =
        !board.gone &&
        board.target === target &&
        board.fidelity === fidelity &&
        board.bench === bench &&
        board.tags.join('\n') === tags.join('\n');
      if (known !== undefined && same) continue;
      const again = known !== undefined && board.health === 'good';
      const health = again
        ? { health: 'unknown' as const, reason: 'its entry in the list of boards changed' }
        : {};
      this.#change({ ...board, id, target, fidelity, bench, tags, gone: false, ...health });
    }
    for (const board of this.#state.boards.values()) {
      if (board.health === 'bad') this.#rest(board);
      this.#wakeForSentinel(board);
    }
    this.#wake();
  }

  setHealth(boardId: string, health: Health, reason: string): Board {
    const board = this.require(boardId);
    this.#resting.delete(boardId);
    this.#alarm.clear(`quarantine ${boardId}`);
    const changed = this.#healthChange({ ...board, failedSentinels: 0, cleanSentinels: 0 }, health, reason);
    this.#wake();
    return changed;
  }

  require(boardId: string): Board {
    const board = this.#state.boards.get(boardId);
    if (board !== undefined) return board;
    throw new FarmError('BOARD_UNKNOWN', `there is no board ${boardId}, expected one of ${this.names()}`);
  }

  names(): string {
    return [...this.#state.boards.keys()].sort().join(', ') || 'none: the list of boards is empty';
  }

  /** A board was to blame for something: it does no real work before its sentinel has passed. */
  suspect(boardId: string, failed: Failure): void {
    const board = this.#state.boards.get(boardId);
    if (board?.health !== 'good') return;
    this.#healthChange(board, 'unknown', `${failed.code}: ${failed.message}`);
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
    const values = this.#valuesOf(boardId, buildHash);
    const band = bandOf(values, this.#fellowMedians(board, buildHash), board.fidelity);
    const clean = Number.isFinite(value) && (band === undefined || (value >= band.low && value <= band.high));
    const reason = clean
      ? 'within its band'
      : `the sentinel measured ${value}, expected ${band?.low} to ${band?.high} (band of the ${band?.from})`;
    if (clean) values.push(value);
    const at = this.#state.now();
    const row = { attemptId, boardId, target: board.target, buildHash, value, clean, reason, at };
    this.#state.record({ kind: 'sentinel', row });
    this.#state.event('sentinel.result', { boardId, attemptId }, { value, clean, reason });
    if (clean) this.#passed({ ...board, sentinelAt: at });
    else this.#quarantine({ ...board, sentinelAt: at }, reason);
  }

  /** A sentinel that could not be measured, although it is known to work: the board's fault, unless the host's. */
  sentinelFailed(boardId: string, failed: Failure): void {
    const board = this.require(boardId);
    if (failed.blame === 'host' || failed.code === 'LEASE_LOST') {
      this.#rest(board);
      return;
    }
    this.#quarantine(board, `its sentinel failed: ${failed.code}: ${failed.message}`);
  }

  /** The sentinel itself could not be built; the board waits. */
  sentinelUnavailable(boardId: string, failed: Failure): void {
    const board = this.require(boardId);
    this.#rest(this.#change({ ...board, reason: `its sentinel could not be compiled: ${failed.message}` }));
  }

  #passed(board: Board): void {
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
    this.#rest(this.#healthChange({ ...board, cleanSentinels: 0, failedSentinels }, 'bad', reason));
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

  #fellowMedians(board: Board, buildHash: string): number[] {
    return [...this.#clean]
      .filter(([id]) => id !== board.id && isFellow(board, this.#state.boards.get(id)))
      .map(([, builds]) => builds.get(buildHash) ?? [])
      .filter((values) => values.length > 0)
      .map((values) => median(values.slice(-5)));
  }

  #valuesOf(boardId: string, buildHash: string): number[] {
    const builds = this.#clean.get(boardId) ?? new Map<string, number[]>();
    this.#clean.set(boardId, builds);
    const values = builds.get(buildHash) ?? [];
    builds.set(buildHash, values);
    return values;
  }
}

function isFellow(board: Board, other: Board | undefined): boolean {
  return other?.target === board.target && other.fidelity === board.fidelity;
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
