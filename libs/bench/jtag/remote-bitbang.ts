import { createServer, type Server, type Socket } from 'node:net';
import type { TapChain } from './tap.ts';

export interface ProbePins {
  readonly chain: TapChain;
  /** The reset pin of the chip; true is pulled low. */
  reset(asserted: boolean): void;
  /** What has to be waited for before the next edge, if anything. */
  pending(): Promise<void> | undefined;
}

export interface ProbeFaults {
  /** What TDO is stuck at. */
  tdo(): 0 | 1 | undefined;
  isFrozen(): boolean;
}

/**
 * The probe: OpenOCD's remote_bitbang protocol (its manual, doc/manual/jtag/drivers/remote_bitbang.txt) on a TCP port of
 * this host. One client; a second is turned away.
 */
export class RemoteBitbang {
  readonly #pins: ProbePins;
  readonly #faults: ProbeFaults;
  #server: Server | undefined;
  #client: Socket | undefined;
  #tck = 0;
  #queue: Buffer[] = [];
  #isWorking = false;
  #onConnect: () => void = () => {};

  constructor(pins: ProbePins, faults: ProbeFaults) {
    this.#pins = pins;
    this.#faults = faults;
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  onConnect(listener: () => void): void {
    this.#onConnect = listener;
  }

  /** Opens the port, 0 for any, and returns it. */
  async listen(port: number): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    return (server.address() as { port: number }).port;
  }

  /** The client's connection ends: in order, or by a reset as when a USB probe crashes. */
  drop(how: 'close' | 'reset'): void {
    if (how === 'reset') {
      this.#client?.resetAndDestroy();
    } else {
      this.#client?.destroy();
    }
  }

  /** Goes on after a freeze. */
  wake(): void {
    void this.#work();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.drop('close');
    if (server !== undefined) {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    }
  }

  #accept(socket: Socket): void {
    if (this.#client !== undefined) {
      socket.resetAndDestroy();
      return;
    }
    this.#client = socket;
    this.#queue = [];
    this.#pins.chain.reset();
    socket.on('data', (chunk: Buffer) => {
      this.#queue.push(chunk);
      void this.#work();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#client === socket) {
        this.#client = undefined;
      }
    });
    this.#onConnect();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) {
      return;
    }
    this.#isWorking = true;
    const answer: number[] = [];
    try {
      for (;;) {
        const chunk = this.#faults.isFrozen() ? undefined : this.#queue.shift();
        if (chunk === undefined) {
          break;
        }
        for (const command of chunk) {
          this.#execute(command, answer);
          const pending = this.#pins.pending();
          if (pending !== undefined) {
            await pending;
          }
        }
        if (answer.length > 0) {
          this.#client?.write(Buffer.from(answer));
          answer.length = 0;
        }
      }
    } finally {
      this.#isWorking = false;
    }
  }

  /** `0` to `7`: TCK, TMS, TDI as bits 2, 1, 0. `R` reads TDO. `r` to `u`: TRST and SRST as bits 1 and 0. `Q` quits. */
  #execute(command: number, answer: number[]): void {
    if (command >= 0x30 && command <= 0x37) {
      const pins = command - 0x30;
      const tck = pins >>> 2;
      if (tck === 1 && this.#tck === 0) {
        this.#pins.chain.clock((pins >>> 1) & 1, pins & 1);
      }
      this.#tck = tck;
    } else if (command === 0x52) {
      answer.push(0x30 + (this.#faults.tdo() ?? this.#pins.chain.tdo));
    } else if (command >= 0x72 && command <= 0x75) {
      const resets = command - 0x72;
      if ((resets & 2) !== 0) {
        this.#pins.chain.reset();
      }
      this.#pins.reset((resets & 1) !== 0);
    } else if (command === 0x51) {
      this.#client?.end();
    }
  }
}
