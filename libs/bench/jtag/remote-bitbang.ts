import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
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

/** `R`. */
const readTdo = 0x52;

/**
 * The probe: OpenOCD's remote_bitbang protocol (its manual, doc/manual/jtag/drivers/remote_bitbang.txt) on a TCP port of
 * this host, and on a Unix socket, whose round trips are shorter. One client; a second is turned away.
 */
export class RemoteBitbang {
  readonly #pins: ProbePins;
  readonly #faults: ProbeFaults;
  #servers: Server[] = [];
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

  /** Opens the port, 0 for any, and the socket. Returns the port. */
  async listen(port: number, socketPath: string): Promise<number> {
    await rm(socketPath, { force: true });
    const tcp = this.#serve();
    await listening(tcp, () => tcp.listen(port, '127.0.0.1'));
    const unix = this.#serve();
    await listening(unix, () => unix.listen(socketPath));
    return (tcp.address() as AddressInfo).port;
  }

  /** The client's connection ends: in order, or by a reset as when a USB probe crashes. */
  drop(how: 'close' | 'reset'): void {
    if (this.#client !== undefined) {
      end(this.#client, how);
    }
  }

  /** Goes on after a freeze. */
  wake(): void {
    void this.#work();
  }

  async close(): Promise<void> {
    const servers = this.#servers;
    this.#servers = [];
    this.drop('close');
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
          }),
      ),
    );
  }

  #serve(): Server {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#servers.push(server);
    return server;
  }

  #accept(socket: Socket): void {
    if (this.#client !== undefined) {
      socket.on('error', () => {});
      end(socket, 'reset');
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
    try {
      for (;;) {
        const chunk = this.#faults.isFrozen() ? undefined : this.#queue.shift();
        if (chunk === undefined) {
          break;
        }
        await this.#executeAll(chunk);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #executeAll(commands: Buffer): Promise<void> {
    const answer = Buffer.allocUnsafe(commands.length);
    let length = 0;
    // An index, since this is done 16 million times for an image of half a megabyte.
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i]!;
      if (command === readTdo) {
        answer[length++] = 0x30 + (this.#faults.tdo() ?? this.#pins.chain.tdo);
        continue;
      }
      this.#execute(command);
      const pending = this.#pins.pending();
      if (pending !== undefined) {
        await pending;
      }
    }
    if (length > 0) {
      this.#client?.write(answer.subarray(0, length));
    }
  }

  /** `0` to `7`: TCK, TMS, TDI as bits 2, 1, 0. `r` to `u`: TRST and SRST as bits 1 and 0. `Q` quits. */
  #execute(command: number): void {
    if (command >= 0x30 && command <= 0x37) {
      const pins = command - 0x30;
      const tck = pins >>> 2;
      if (tck === 1 && this.#tck === 0) {
        this.#pins.chain.clock((pins >>> 1) & 1, pins & 1);
      }
      this.#tck = tck;
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

async function listening(server: Server, start: () => void): Promise<void> {
  // `once` rejects where the address is taken.
  const begun = once(server, 'listening');
  start();
  await begun;
}

/** Only TCP knows a reset. */
function end(socket: Socket, how: 'close' | 'reset'): void {
  if (how === 'reset' && socket.remotePort !== undefined) {
    socket.resetAndDestroy();
  } else {
    socket.destroy();
  }
}
