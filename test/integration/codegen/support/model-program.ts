import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedCode } from '#codegen';
import { runProgram } from '#core';
import type { Network } from '#network';
import { kernelObjects, kernels } from './kernel-objects.ts';
import { mainSource, trialSource } from './trial-source.ts';

const support = fileURLToPath(new URL('.', import.meta.url));

export type Platform = 'host' | 'cortex-m0' | 'cortex-m4' | 'cortex-m7' | 'cortex-m33';

const strict = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-ffunction-sections'];
const arm = (core: string, ...more: string[]): string[] => [`-mcpu=${core}`, '-mthumb', ...more];
const sanitizers = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const platforms = {
  host: { compiler: 'gcc', flags: sanitizers, machine: undefined },
  // The machine has an M4; code for an M0 or M3 runs there too, and takes the path without DSP instructions.
  'cortex-m0': { compiler: 'arm-none-eabi-gcc', flags: arm('cortex-m0'), machine: 'mps2-an386' },
  'cortex-m4': { compiler: 'arm-none-eabi-gcc', flags: arm('cortex-m4'), machine: 'mps2-an386' },
  'cortex-m7': { compiler: 'arm-none-eabi-gcc', flags: arm('cortex-m7'), machine: 'mps2-an500' },
  'cortex-m33': { compiler: 'arm-none-eabi-gcc', flags: arm('cortex-m33+nodsp'), machine: 'mps2-an386' },
} as const;

export interface Trial {
  readonly code: GeneratedCode;
  readonly network: Network;
  /** Run one after another. */
  readonly inputs: readonly Int8Array[];
}

/** The kernels for one platform, and programs linked with them. */
export class ModelPrograms {
  readonly #folder: string;
  readonly #platform: Platform;
  readonly #objects: readonly string[];

  private constructor(folder: string, platform: Platform, objects: readonly string[]) {
    this.#folder = folder;
    this.#platform = platform;
    this.#objects = objects;
  }

  static async create(platform: Platform): Promise<ModelPrograms> {
    const { compiler, flags } = platforms[platform];
    const objects = await kernelObjects(compiler, [...strict, ...flags]);
    return new ModelPrograms(await mkdtemp(join(tmpdir(), 'tinyfarm-kernels-')), platform, objects);
  }

  /** The outputs of all layers, one after another, and then those of the network. */
  async run(code: GeneratedCode, network: Network, input: Int8Array): Promise<{ bytes: Int8Array }> {
    return { bytes: await this.runAll([{ code, network, inputs: [input] }]) };
  }

  /** The same of several networks in one program, one after another. */
  async runAll(trials: readonly Trial[]): Promise<Int8Array> {
    const { machine } = platforms[this.#platform];
    const work = await mkdtemp(join(this.#folder, 'models-'));
    await this.#link(work, trials);
    await writeFile(
      join(work, 'inputs.bin'),
      Buffer.concat(trials.flatMap(({ inputs }) => inputs.map((input) => Buffer.from(input)))),
    );
    if (machine === undefined) {
      await runProgram('./models.elf', [], { deadlineMs: 600_000, cwd: work });
    } else {
      await runProgram('qemu-system-arm', emulatorArguments(machine), { deadlineMs: 600_000, cwd: work });
    }
    const bytes = await readFile(join(work, 'outputs.bin'));
    await rm(work, { recursive: true });
    return new Int8Array(bytes);
  }

  async #link(work: string, trials: readonly Trial[]): Promise<void> {
    const { compiler, flags, machine } = platforms[this.#platform];
    const prefixes = trials.map((_, index) => `n${index}`);
    const sources = ['main.c'];
    await writeFile(
      join(work, 'main.c'),
      mainSource(trials.flatMap(({ inputs }, index) => inputs.map(() => prefixes[index]!))),
    );
    for (const [index, { code, network }] of trials.entries()) {
      const prefix = prefixes[index]!;
      for (const { path, content } of code.files) {
        await mkdir(dirname(join(work, prefix, path)), { recursive: true });
        const named =
          path === 'Source/weights.S'
            ? String(content)
                .replaceAll('tinyfarm_weights', `${prefix}_tinyfarm_weights`)
                .replace('"weights.bin"', `"${prefix}/weights.bin"`)
            : content;
        await writeFile(join(work, prefix, path), named);
      }
      await writeFile(join(work, `${prefix}.c`), trialSource(prefix, code, network));
      sources.push(`${prefix}.c`, `${prefix}/Source/weights.S`);
    }
    const platformParts =
      machine === undefined
        ? []
        : [
            join(support, 'startup.c'),
            '--specs=rdimon.specs',
            '-nostartfiles',
            `-T${join(support, 'mps2.ld')}`,
            '-Wl,--no-warn-rwx-segments',
          ];
    const includes = [`-I${join(kernels, 'include')}`, '-In0/Include', '-I.'];
    await runProgram(
      compiler,
      [...strict, ...flags, ...includes, ...sources, ...this.#objects, ...platformParts, '-o', 'models.elf'],
      { deadlineMs: 600_000, cwd: work },
    );
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function emulatorArguments(machine: string): string[] {
  const quiet = ['-nographic', '-monitor', 'none', '-serial', 'none'];
  const files = ['-semihosting-config', 'enable=on,target=native'];
  return ['-M', machine, ...quiet, ...files, '-kernel', 'models.elf'];
}
