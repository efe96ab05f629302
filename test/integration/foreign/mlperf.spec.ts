import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SerialPort } from 'serialport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededBytes, systemClock } from '#core';
import { createQemuDevice, type RunningDevice } from '#devices';
import { measureMlperf, measureOn } from '#measurement';
import { findTarget } from '#targets';
import { readFirmware, type Image } from '#toolchain';
import { sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork, tinyOutput } from '../toolchain/tiny-network.ts';

const target = findTarget('mps2-an500');
const clock = systemClock;
let dir: string;
let built: Image;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-mlperf-test-'));
  const toolchain = await sharedToolchain([target]);
  built = await toolchain.build(tinyNetwork({ rounds: 100_000 }), target);
});

afterAll(() => rm(dir, { recursive: true }));

describe('a finished firmware', () => {
  it('is measured by its own time stamps, to what its instructions are', async () => {
    const image = await readFirmware(built.elfPath, target);
    const device = createQemuDevice({ target, clock, workDir: dir });
    const { measurement, result } = await measureMlperf(device, image, {
      candidate: { name: 'app.elf', hash: image.buildHash },
      rules: { minSeconds: 1 },
      clock,
    });
    const known = await measureOn(device, built, {
      candidate: { name: 'tiny', hash: '' },
      input: { seed: 0 },
      clock,
    });
    expect(measurement).toMatchObject({
      candidate: 'app.elf',
      fidelity: 'emulated',
      status: 'accepted',
      cycles: null,
      spread: { repeats: 5 },
      output: { checked: false },
      flash: { totalBytes: built.sizes.totalBytes },
      provenance: { buildHash: built.buildHash, mlperf: { name: 'mps2-an500-[tinyfarm]', model: 'tiny' } },
    });
    const difference = measurement.instructions! - known.measurement.instructions!;
    expect(Math.abs(difference)).toBeLessThan(100);
    expect(result.runs.map((run) => run.results)).toEqual(
      result.inputs.map((input) => [...tinyOutput(input)].map((value) => (value + 3) * 0.5)),
    );
  });

  it('that is none is refused', async () => {
    const text = path.join(dir, 'text.elf');
    await writeFile(text, 'no firmware at all, but a text that is long enough');
    await expect(readFirmware(text, target)).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${text} is no ELF file of a 32-bit Arm, expected a linked firmware`,
    });
    await expect(readFirmware(process.execPath, target)).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
    await expect(readFirmware(built.elfPath, findTarget('stm32f405'))).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${built.elfPath} loads bytes at 0x0, expected its parts in flash at 0x8000000 as stm32f405 has it`,
    });
  });
});

/** A runner of others: it knows the tty, and what MLPerf Tiny's own host software sends and waits for. */
class Runner {
  readonly #port: SerialPort;
  #text = '';
  #wake = (): void => {};

  private constructor(port: SerialPort) {
    this.#port = port;
    port.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
  }

  static async open(running: RunningDevice): Promise<Runner> {
    const port = new SerialPort({ path: running.ttyPath, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error === null ? resolve() : reject(error)));
    });
    return new Runner(port);
  }

  /** The lines up to `m-ready`. */
  async untilReady(): Promise<string[]> {
    for (;;) {
      const end = this.#text.indexOf('m-ready\r\n');
      if (end >= 0) {
        const lines = this.#text.slice(0, end).split('\r\n').slice(0, -1);
        this.#text = this.#text.slice(end + 'm-ready\r\n'.length);
        return lines;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async send(command: string): Promise<string[]> {
    this.#port.write(`${command}%`);
    return this.untilReady();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#port.close(() => resolve()));
  }
}

it('our firmware is a device for a runner of others: the commands of a performance run, over a tty', async () => {
  const running = await createQemuDevice({ target, clock, workDir: dir }).start(built);
  const runner = await Runner.open(running);
  try {
    await running.run();
    const boot = await runner.untilReady();
    expect(boot.slice(-2)).toEqual(['m-timestamp-mode-performance', 'm-init-done']);
    expect(await runner.send('name')).toEqual(['m-name-mps2-an500-[tinyfarm]']);
    const [stamp, ...none] = await runner.send('timestamp');
    expect(stamp).toMatch(/^m-lap-us-\d+$/);
    expect(none).toEqual([]);
    expect(await runner.send('profile')).toEqual(['m-profile-[tinyfarm firmware 1]', 'm-model-[tiny]']);

    for (const seed of [1, 2, 3, 4, 5]) {
      const input = seededBytes(100, seed);
      const hex = Buffer.from(input.buffer).toString('hex');
      expect(await runner.send('db load 100')).toEqual(['m-[Expecting 100 bytes]']);
      for (let at = 0; at < hex.length; at += 62) {
        const isLast = at + 62 >= hex.length;
        expect(await runner.send(`db ${hex.slice(at, at + 62)}`)).toEqual(isLast ? ['m-load-done'] : []);
      }
      const lines = await runner.send('infer 40 1');
      const results = `m-results-[${[...tinyOutput(input)].map((value) => ((value + 3) * 0.5).toFixed(3)).join(',')}]`;
      expect(lines.map((line) => line.replace(/^m-lap-us-\d+$/, 'm-lap-us-N'))).toEqual([
        'm-warmup-start-1',
        'm-warmup-done',
        'm-infer-start-40',
        'm-lap-us-N',
        'm-lap-us-N',
        'm-infer-done',
        results,
      ]);
      expect(await runner.send('results')).toEqual([results]);
    }
  } finally {
    await runner.close();
    await running.stop();
  }
});
