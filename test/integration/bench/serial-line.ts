import { SerialPort } from 'serialport';

/** What a host sees on a serial port, with a wait that ends at a deadline. */
export class SerialLine {
  readonly port: SerialPort;
  #text = '';
  #wake: () => void = () => {};
  isClosed = false;

  private constructor(port: SerialPort) {
    this.port = port;
    port.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('latin1');
      this.#wake();
    });
    port.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  static async open(path: string): Promise<SerialLine> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error === null ? resolve() : reject(error)));
    });
    return new SerialLine(port);
  }

  get text(): string {
    return this.#text;
  }

  send(text: string): void {
    this.port.write(text);
  }

  forget(): void {
    this.#text = '';
  }

  async until(condition: (text: string) => boolean, deadlineMs = 10_000): Promise<string> {
    const deadline = Date.now() + deadlineMs;
    while (!condition(this.#text)) {
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new Error(`waited ${deadlineMs} ms in vain, received ${JSON.stringify(this.#text)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#text;
  }

  async close(): Promise<void> {
    if (this.port.isOpen) {
      await new Promise<void>((resolve) => {
        this.port.close(() => resolve());
      });
    }
  }
}
