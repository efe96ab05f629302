import { randomUUID } from 'node:crypto';

import { fnv1aHex, type FarmError } from '#core';
import type { Device } from '#devices';
import { plannedSram, type Measurement } from '#measurement';
import type { Candidate } from '#network';
import type { Image } from '#toolchain';

export interface FailedRun {
  readonly image: Image;
  readonly device: Device;
  readonly candidate: Pick<Candidate, 'name' | 'hash'>;
  readonly input: Int8Array;
  readonly tools: Readonly<Record<string, string>>;
  readonly startedAt: string;
}

/** The record of an image that ran but gave no numbers: rejected, with the failure as its reason. */
export function failedMeasurement(run: FailedRun, error: FarmError): Measurement {
  const { image, device, candidate } = run;
  const { codeBytes, weightBytes, totalBytes } = image.sizes;
  return {
    id: randomUUID(),
    candidate: candidate.name,
    target: image.target.name,
    on: device.kind,
    ...(device.kind === 'board' ? { board: device.name } : {}),
    fidelity: device.fidelity,
    status: 'rejected',
    reason: error.message,
    instructions: null,
    cycles: null,
    spread: null,
    macs: image.layers.reduce((sum, layer) => sum + layer.macs, 0),
    sram: { planned: plannedSram(image), measured: null },
    flash: { codeBytes, weightBytes, totalBytes },
    output: null,
    layers: image.layers.map(({ name, kind, macs }) => ({ name, kind, macs })),
    provenance: {
      buildHash: image.buildHash,
      compiler: image.compiler,
      flags: image.flags,
      core: image.target.core,
      target: image.target.name,
      tools: run.tools,
      candidateHash: candidate.hash,
      inputHash: fnv1aHex(run.input),
      startedAt: run.startedAt,
      failure: { code: error.code, blame: error.traits.blame },
    },
  };
}
