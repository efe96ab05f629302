import { FarmError } from '#core';
import type { Measurement } from '../measurement.ts';
import { alignLayers, type LayerPair } from './align-layers.ts';

/** The costs of one measurement. `count`: instructions of an emulator, or cycles. */
export interface ComparedCosts {
  readonly count: number;
  readonly countPerMac: number | null;
  readonly macs: number;
  readonly arenaBytes: number;
  readonly peakSramBytes: number;
  readonly flashBytes: number;
  readonly weightBytes: number;
}

export interface ComparedMeasurement {
  readonly id: string;
  readonly candidate: string;
  /** Who generated the code: `tinyfarm` or `tinyengine`. */
  readonly engine: string;
  readonly costs: ComparedCosts;
  /** Each cost over that of the first measurement; null where that is 0. */
  readonly ratios: Readonly<Record<keyof ComparedCosts, number | null>>;
  /** How its output was checked. */
  readonly output: Measurement['output'];
  /** Its layers beside those of the first; empty for the first itself. */
  readonly layers: readonly LayerPair[];
}

export interface Comparison {
  readonly target: string;
  readonly fidelity: Measurement['fidelity'];
  readonly unit: 'instructions' | 'cycles';
  readonly measurements: readonly ComparedMeasurement[];
}

/**
 * Puts accepted measurements beside the first of them. Error USAGE_INVALID for fewer than two, for rejected ones, and
 * where targets or fidelities differ: such numbers are not to be compared.
 */
export function compareMeasurements(measurements: readonly Measurement[]): Comparison {
  const [first] = measurements;
  if (first === undefined || measurements.length < 2) {
    throw new FarmError(
      'USAGE_INVALID',
      `${measurements.length} measurements are given, expected two or more`,
    );
  }
  for (const { id, target, fidelity, status, reason } of measurements) {
    if (status !== 'accepted') {
      throw new FarmError(
        'USAGE_INVALID',
        `measurement ${id} was rejected (${reason}), expected accepted ones`,
      );
    }
    if (target !== first.target || fidelity !== first.fidelity) {
      throw new FarmError(
        'USAGE_INVALID',
        `measurement ${id} is ${fidelity} on ${target}, the first is ${first.fidelity} on ${first.target}: expected one target and one fidelity`,
      );
    }
  }
  const base = costsOf(first);
  return {
    target: first.target,
    fidelity: first.fidelity,
    unit: first.cycles === null ? 'instructions' : 'cycles',
    measurements: measurements.map((measurement) => {
      const costs = costsOf(measurement);
      return {
        id: measurement.id,
        candidate: measurement.candidate,
        engine: measurement.provenance.tools['engine'] ?? 'tinyfarm',
        costs,
        ratios: ratiosOf(costs, base),
        output: measurement.output,
        layers: measurement === first ? [] : alignLayers(first.layers, measurement.layers),
      };
    }),
  };
}

function costsOf({ instructions, cycles, macs, sram, flash }: Measurement): ComparedCosts {
  const count = cycles ?? instructions ?? 0;
  const { arenaBytes, peakBytes } = sram.measured ?? sram.planned;
  return {
    count,
    countPerMac: macs === 0 ? null : count / macs,
    macs,
    arenaBytes,
    peakSramBytes: peakBytes,
    flashBytes: flash.totalBytes,
    weightBytes: flash.weightBytes,
  };
}

function ratiosOf(costs: ComparedCosts, base: ComparedCosts): ComparedMeasurement['ratios'] {
  const ratio = (key: keyof ComparedCosts): number | null => {
    const [cost, baseCost] = [costs[key], base[key]];
    return cost === null || baseCost === null || baseCost === 0 ? null : cost / baseCost;
  };
  return {
    count: ratio('count'),
    countPerMac: ratio('countPerMac'),
    macs: ratio('macs'),
    arenaBytes: ratio('arenaBytes'),
    peakSramBytes: ratio('peakSramBytes'),
    flashBytes: ratio('flashBytes'),
    weightBytes: ratio('weightBytes'),
  };
}
