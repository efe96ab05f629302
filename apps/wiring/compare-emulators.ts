import { FarmError, seededBytes, silentLogger, systemClock } from '#core';
import type { Device } from '#devices';
import { measureOn, type Measurement } from '#measurement';
import { findTarget } from '#targets';

import type { Config } from '../config.ts';
import { createProjectToolchain } from './create-project-toolchain.ts';
import { findRenode, qemuDevice, renodeDevice } from './emulators.ts';
import { loadAndGenerate } from './load-candidate.ts';
import { referenceOutput } from './measure-candidate.ts';
import { sentinelPath, tinyfarmVersion } from './project.ts';

export interface LayerPair {
  readonly layer: string;
  readonly qemu: number;
  readonly renode: number;
}

/** The same ELF in both emulators, in instructions. */
export interface EmulatorComparison {
  readonly target: string;
  readonly buildHash: string;
  readonly tools: readonly string[];
  readonly qemu: number;
  readonly renode: number;
  readonly layers: readonly LayerPair[];
  /** SysTick's wraps within the inference, whose interrupts are taken out by an average. */
  readonly wraps: { readonly qemu: number; readonly renode: number };
  /** How far apart the two may be by what is known of their counting. */
  readonly allowed: number;
  readonly isExplained: boolean;
}

/** A window's two ends are each read somewhere in a translated block. */
const blockInstructions = 64;
/** What is left of an interrupt's instructions when their average has been taken out. */
const instructionsPerWrap = 16;
const systickPeriod = 2 ** 24;

/** Runs the sentinel on stm32f405, which all have. Error PROGRAM_MISSING without Renode. */
export async function compareEmulators(
  config: Config,
  signal: AbortSignal,
  note: (line: string) => void,
): Promise<EmulatorComparison> {
  if ((await findRenode()) === undefined) {
    throw new FarmError('PROGRAM_MISSING', 'renode was not found, expected it on the PATH');
  }
  const target = findTarget('stm32f405');
  const { candidate, code } = await loadAndGenerate(sentinelPath);
  const expected = referenceOutput(candidate, seededBytes(code.inputBytes, 0));
  const image = await createProjectToolchain(config).build(code, target, { signal });
  const run = async (device: Device): Promise<Measurement> => {
    note(`measuring in ${device.kind}`);
    const { measurement } = await measureOn(device, image, {
      candidate: { name: candidate.name, hash: candidate.hash },
      input: { seed: 0 },
      expected,
      tools: { tinyfarm: tinyfarmVersion },
      clock: systemClock,
      logger: silentLogger,
      signal,
    });
    if (measurement.status === 'rejected') {
      throw new FarmError('MEASUREMENT_REJECTED', `rejected in ${device.kind}: ${measurement.reason}`);
    }
    return measurement;
  };
  const inQemu = await run(qemuDevice(target));
  const inRenode = await run(renodeDevice(target));
  const qemu = inQemu.instructions!;
  const renode = inRenode.instructions!;
  const ticksPerInstruction = {
    qemu: (2 ** target.qemu!.icountShift * target.qemu!.tickHz) / 1e9,
    renode: target.renode!.tickHz / 1e6 / target.renode!.mips,
  };
  const wraps = {
    qemu: Math.floor((qemu * ticksPerInstruction.qemu) / systickPeriod),
    renode: Math.floor((renode * ticksPerInstruction.renode) / systickPeriod),
  };
  const allowed = blockInstructions + instructionsPerWrap * (wraps.qemu + wraps.renode);
  return {
    target: target.name,
    buildHash: image.buildHash,
    tools: [inQemu.provenance.tools['qemu']!, inRenode.provenance.tools['renode']!],
    qemu,
    renode,
    layers: inQemu.layers.map(({ name, instructions }, i) => ({
      layer: name,
      qemu: instructions ?? 0,
      renode: inRenode.layers[i]?.instructions ?? 0,
    })),
    wraps,
    allowed,
    isExplained: Math.abs(qemu - renode) <= allowed,
  };
}
