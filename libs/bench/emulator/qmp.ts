import type { Socket } from 'node:net';
import { FarmError } from '#core';

interface QmpMessage {
  readonly QMP?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

/** QEMU's machine protocol (docs/interop/qmp-spec.txt): JSON, one object a line. */
export class Qmp {
  readonly #socket: Socket;
  #received = '';
  #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new FarmError('DEVICE_EXITED', 'the emulator closed its control connection'));
      }
    });
  }

  static async over(socket: Socket): Promise<Qmp> {
    const qmp = new Qmp(socket);
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  #receive(text: string): void {
    const lines = (this.#received + text).split('\n');
    this.#received = lines.pop()!;
    for (const line of lines) {
      const message = JSON.parse(line) as QmpMessage;
      if (message.error !== undefined) {
        const failure = `the emulator refused a command: ${message.error.desc}`;
        this.#waiting.shift()?.reject(new FarmError('DEVICE_START_FAILED', failure));
      } else if ('return' in message) {
        this.#waiting.shift()?.resolve(message.return);
      }
    }
  }
}
