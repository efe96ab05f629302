import { fnv1aHex } from '#core';
import type { Device } from '#devices';
import type { Image } from '#toolchain';
import type { LayerMeasurement, Measurement, Provenance } from '../measurement.ts';
import { precisionOf, spreadOf } from '../statistics/index.ts';
import type { Collected } from './collect.ts';
import { compareOutput, type Expectation } from './compare-output.ts';
import { plannedSram } from './sram.ts';
import { reasonToReject } from './verdict.ts';

/** Which network was measured. */
export interface Candidate {
  readonly name: string;
  readonly hash: string;
}

export interface Parts {
  readonly id: string;
  readonly device: Device;
  readonly image: Image;
  readonly candidate: Candidate;
  readonly input: Int8Array;
  /** Undefined where nobody knows what the output should be: it is then not checked. */
  readonly expected: Expectation | undefined;
  readonly tools: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly collected: Collected;
  /** The relative half-width that is wanted of repeats that differ. */
  readonly wantedHalfWidth: number;
}

/** The record of what was collected, with the verdict on it. */
export function assemble(parts: Parts): Measurement {
  const { device, image, collected } = parts;
  const { counts, unit, memory } = collected;
  const { check, complaint } = compareOutput(collected.output, parts.expected);
  const precision =
    device.fidelity === 'hardware' && counts.length > 1
      ? precisionOf(counts, parts.wantedHalfWidth)
      : undefined;
  const reason = reasonToReject({
    fidelity: device.fidelity,
    unit,
    counts,
    difference: complaint,
    coreClock: { hz: collected.hello.clockHz, targetHz: image.target.clockHz },
    clockCheck: collected.clockCheck,
    counterCheck: collected.counterCheck,
    precision,
    memory,
    plannedArenaBytes: image.sizes.arenaBytes,
  });
  const spread = spreadOf(counts, collected.warmup, precision);
  return {
    id: parts.id,
    candidate: parts.candidate.name,
    target: image.target.name,
    on: device.kind,
    ...(device.kind === 'board' ? { board: device.name } : {}),
    fidelity: device.fidelity,
    status: reason === null ? 'accepted' : 'rejected',
    reason,
    instructions: unit === 'instructions' ? spread.median : null,
    cycles: unit === 'cycles' ? spread.median : null,
    spread,
    macs: image.layers.reduce((sum, layer) => sum + layer.macs, 0),
    sram: { planned: plannedSram(image), measured: memory.sram },
    flash: {
      codeBytes: image.sizes.codeBytes,
      weightBytes: image.sizes.weightBytes,
      totalBytes: image.sizes.totalBytes,
    },
    output: check,
    layers: layersOf(image, collected),
    provenance: provenanceOf(parts),
  };
}

function layersOf(image: Image, { layerCounts, unit }: Collected): LayerMeasurement[] {
  return image.layers.map(({ name, kind, macs }, i) => {
    const count = layerCounts[i];
    return { name, kind, macs, ...(count === undefined ? {} : { [unit]: count }) };
  });
}

function provenanceOf({ image, collected, candidate, input, tools, startedAt }: Parts): Provenance {
  const { hello } = collected;
  return {
    buildHash: image.buildHash,
    compiler: image.compiler,
    flags: image.flags,
    core: image.target.core,
    target: image.target.name,
    tools,
    candidateHash: candidate.hash,
    inputHash: fnv1aHex(input),
    startedAt,
    chip: {
      core: hello.core,
      cpuid: hello.cpuid,
      uid: hello.uid,
      clockHz: hello.clockHz,
      caches: hello.caches,
      tickSource: hello.tickSource,
      tickHz: hello.tickHz,
    },
    counts: collected.counts,
    overhead: { inference: collected.overhead, layer: collected.layerOverhead, unit: collected.unit },
    stackRoomBytes: collected.memory.stackRoomBytes,
    ...(collected.askedAgain.length === 0 ? {} : { askedAgain: collected.askedAgain }),
    ...(collected.clockCheck === undefined ? {} : { clockCheck: collected.clockCheck }),
    ...(collected.counterCheck === undefined ? {} : { counterCheck: collected.counterCheck }),
  };
}
