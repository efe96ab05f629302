import type { Socket } from 'node:net';
import { FarmError } from '#core';

/** The remote serial protocol of GDB (its manual, appendix E) as far as a bench needs it of QEMU's stub. */
export class GdbRemote {
  readonly #socket: Socket;
  #received = '';
  #isRunning = false;
  #replies: ((packet: string) => void)[] = [];
  #failures: ((error: Error) => void)[] = [];
  #onStop: (packet: string) => void = () => {};
  #onNextStop: ((packet: string) => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', () => {});
    socket.on('close', () => this.#fail());
  }

  /** Called with each stop that nobody waits for. */
  onStop(listener: (packet: string) => void): void {
    this.#onStop = listener;
  }

  /** Sends a command to the halted core and returns the answer. */
  async command(text: string): Promise<string> {
    const reply = new Promise<string>((resolve, reject) => {
      this.#replies.push(resolve);
      this.#failures.push(reject);
    });
    this.#send(text);
    const answer = await reply;
    if (answer === '' || /^E\d\d$/.test(answer)) {
      throw new FarmError(
        'DEVICE_START_FAILED',
        `the emulator's debug stub answered ${answer || 'nothing'} to ${text}`,
      );
    }
    return answer;
  }

  /** QEMU takes single registers only from a client that has asked for their description. */
  async describe(): Promise<void> {
    await this.command('qXfer:features:read:target.xml:0,ffb');
  }

  /** Does nothing where the core runs already. */
  go(): void {
    if (this.#isRunning) {
      return;
    }
    this.#isRunning = true;
    this.#send('c');
  }

  /** One instruction, interrupts masked. */
  async step(): Promise<void> {
    const stopped = this.#nextStop();
    this.#send('s');
    await stopped;
  }

  /** Does nothing where the core stands still already. */
  async interrupt(): Promise<void> {
    if (!this.#isRunning) {
      return;
    }
    const stopped = this.#nextStop();
    this.#socket.write('\u0003');
    await stopped;
  }

  /** r0 to r15 and xPSR. */
  async readRegisters(): Promise<Uint32Array> {
    const bytes = Buffer.from(await this.command('g'), 'hex');
    return Uint32Array.from({ length: 17 }, (_, i) => bytes.readUInt32LE(4 * i));
  }

  /** 0 to 15 are r0 to r15, 25 is xPSR. */
  async writeRegister(number: number, value: number): Promise<void> {
    await this.command(`P${number.toString(16)}=${wordHex(value)}`);
  }

  async readWord(address: number): Promise<number> {
    return Buffer.from(await this.command(`m${address.toString(16)},4`), 'hex').readUInt32LE(0);
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    const hex = Buffer.from(bytes).toString('hex');
    await this.command(`M${address.toString(16)},${bytes.length.toString(16)}:${hex}`);
  }

  async writeWord(address: number, value: number): Promise<void> {
    await this.command(`M${address.toString(16)},4:${wordHex(value)}`);
  }

  #nextStop(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#onNextStop = resolve;
      this.#failures.push(reject);
    });
  }

  #send(text: string): void {
    const sum = Buffer.from(text, 'latin1').reduce((total, byte) => total + byte, 0) & 0xff;
    this.#socket.write(`$${text}#${sum.toString(16).padStart(2, '0')}`, 'latin1');
  }

  #receive(text: string): void {
    this.#received += text;
    for (;;) {
      const packet = /\$(?<body>[^#]*)#[0-9a-f]{2}/.exec(this.#received);
      if (packet === null) {
        return;
      }
      this.#received = this.#received.slice(packet.index + packet[0].length);
      this.#socket.write('+');
      this.#dispatch(packet.groups!['body']!);
    }
  }

  #dispatch(packet: string): void {
    if (!/^[TSWX]/.test(packet)) {
      this.#replies.shift()?.(packet);
      this.#failures.shift();
      return;
    }
    this.#isRunning = false;
    const waiting = this.#onNextStop;
    this.#onNextStop = undefined;
    if (waiting === undefined) {
      this.#onStop(packet);
    } else {
      this.#failures.pop();
      waiting(packet);
    }
  }

  #fail(): void {
    const error = new FarmError('DEVICE_EXITED', "the emulator closed its debug stub's connection");
    const failures = this.#failures;
    this.#failures = [];
    this.#replies = [];
    for (const fail of failures) {
      fail(error);
    }
  }
}

function wordHex(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString('hex');
}
