/** What happens to the bytes between the firmware's UART and the host. Rates are per byte, 0 to 1. */
export interface LineFaults {
  readonly dropRate: number;
  readonly flipRate: number;
  /** Every byte arrives as another one, as at the wrong speed. */
  readonly baudMismatch: boolean;
}

/** Everything that can be wrong with a board at one time. */
export interface BoardFaults {
  /** `absent`: nothing listens. `frozen`: accepts and answers nothing any more. */
  readonly probe: 'healthy' | 'absent' | 'frozen';
  readonly tdo: 'follows' | 'stuck-low' | 'stuck-high';
  /** IDCODE of the core's TAP, where it is not the right one. */
  readonly idCode: number | undefined;
  readonly dapWaits: boolean;
  /** DBGMCU_IDCODE of another chip. */
  readonly deviceId: number | undefined;
  readonly wornSectors: readonly number[];
  readonly protectedSectors: readonly number[];
  readonly stuckBits: readonly {
    readonly offsetBytes: number;
    readonly bit: number;
    readonly value: 0 | 1;
  }[];
  /** How long an erase takes; silicon needs 0.25 to 2 s (DS8626, table 39). */
  readonly eraseMs: number;
  /** The firmware that boots is the one before the last flashing. */
  readonly staleImage: boolean;
  /** Another board's unique id, 24 hexadecimal digits. */
  readonly uid: string | undefined;
  readonly line: LineFaults;
  /** Share of the time that the core's clock loses against the host's. Needs `time: 'host'`. */
  readonly clockSlowBy: number;
}

export const noFaults: BoardFaults = {
  probe: 'healthy',
  tdo: 'follows',
  idCode: undefined,
  dapWaits: false,
  deviceId: undefined,
  wornSectors: [],
  protectedSectors: [],
  stuckBits: [],
  eraseMs: 0,
  staleImage: false,
  uid: undefined,
  line: { dropRate: 0, flipRate: 0, baudMismatch: false },
  clockSlowBy: 0,
};

/** What a script can wait for: a debugger connects, a sector is erased, flash is written, the core is reset, output. */
export type BoardMoment = 'connect' | 'erase' | 'program' | 'reset' | 'output';

/** The fault knobs of a board: set at any moment, or by script when something happens for the n-th time. */
export class FaultKnobs {
  #now: BoardFaults = noFaults;
  #scripted: { moment: BoardMoment; left: number; act: () => void }[] = [];
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get now(): BoardFaults {
    return this.#now;
  }

  set(faults: Partial<BoardFaults>): void {
    this.#now = { ...this.#now, ...faults };
    this.#onChange();
  }

  /** Acts once, when `moment` comes for the `count`-th time from now. */
  on(moment: BoardMoment, act: () => void, count = 1): void {
    this.#scripted.push({ moment, left: count, act });
  }

  clear(): void {
    this.#scripted = [];
    this.set(noFaults);
  }

  /** Called by the board. */
  happened(moment: BoardMoment): void {
    if (this.#scripted.length === 0) {
      return;
    }
    for (const scripted of this.#scripted.slice()) {
      if (scripted.moment === moment && --scripted.left === 0) {
        this.#scripted = this.#scripted.filter((other) => other !== scripted);
        scripted.act();
      }
    }
  }
}
