import { VirtualClock, type Clock } from '#core';
import { seededRandom, type Genotype } from '#network';
import type {
  LoopCandidate,
  LoopModel,
  LoopOptions,
  LoopServices,
  LoopStep,
  MeasuredPair,
  Outcome,
} from '../index.ts';

export interface SyntheticOptions {
  readonly networks?: number;
  readonly clock?: Clock;
  /** By how much true SRAM exceeds its estimate, as a share, by place in the pool. */
  readonly sramError?: (index: number) => number;
  /** How wrong the cost is before anything was measured, as a share. */
  readonly costError?: number;
  readonly failing?: ReadonlySet<string>;
  readonly reversed?: boolean;
}

interface Truth {
  readonly candidate: LoopCandidate;
  readonly cost: number;
  readonly sramBytes: number;
}

/** Networks with imagined costs, and a model of them whose error falls with the measurements that it rests on. */
export class SyntheticWorld {
  readonly steps: LoopStep[] = [];
  readonly measuredKeys: string[] = [];
  readonly abort = new AbortController();
  readonly #options: SyntheticOptions;
  readonly #truths: readonly (Truth & { readonly error: number })[];

  constructor(options: SyntheticOptions = {}) {
    this.#options = options;
    const random = seededRandom(99);
    const share = (): number => random.uint32() / 2 ** 32;
    this.#truths = Array.from({ length: options.networks ?? 120 }, (_, index) => {
      const macs = Math.round(1e6 * (1 + 9 * share()));
      const sramBytes = Math.round(20_000 + 60_000 * share());
      const cost = Math.round(macs * (1 + 0.8 * share()));
      return {
        candidate: candidateOf(`net${index}`, macs, sramBytes, cost),
        cost,
        sramBytes: Math.round(sramBytes * (1 + (options.sramError?.(index) ?? 0))),
        error: 2 * share() - 1,
      };
    });
  }

  truthOf(key: string): Truth {
    return this.#truths.find(({ candidate }) => candidate.key === key)!;
  }

  get truths(): readonly Truth[] {
    return this.#truths;
  }

  services(extra: Partial<LoopServices> = {}): LoopServices {
    return {
      fit: (measured) =>
        Promise.resolve({ model: this.#model(measured), costUnderestimate: this.#error(measured) }),
      measure: async (batch, report) => {
        const order = this.#options.reversed === true ? batch.toReversed() : batch;
        for (const { key } of order) {
          this.measuredKeys.push(key);
          await report(this.#outcome(key));
        }
      },
      record: (step) => {
        this.steps.push(step);
        return Promise.resolve();
      },
      clock: this.#options.clock ?? new VirtualClock(),
      signal: this.abort.signal,
      ...extra,
    };
  }

  #error(measured: readonly MeasuredPair[]): number {
    return (this.#options.costError ?? 0.3) / (1 + measured.length);
  }

  #model(measured: readonly MeasuredPair[]): LoopModel {
    const error = this.#error(measured);
    const candidates = this.#truths.map(({ candidate, cost, error: sign }): LoopCandidate => {
      const mean = cost * (1 + error * sign);
      const estimated = {
        mean,
        low: mean * (1 - error),
        high: mean * (1 + error),
        unit: 'instructions',
      } as const;
      return { ...candidate, estimate: { ...candidate.estimate, cost: estimated } };
    });
    return {
      source: `imagined, ${measured.length} rows`,
      search: (random) => {
        // As a real search, it finds some, and which ones is chance.
        const found = candidates.filter(() => random.integer(0, 3) > 0);
        return Promise.resolve({ candidates: found, searched: candidates.length });
      },
      teach: (among, count) => among.slice(-count),
    };
  }

  #outcome(key: string): Outcome {
    if (this.#options.failing?.has(key) === true) {
      return { key, status: 'failed', code: 'IMAGE_TOO_LARGE', message: 'too large' };
    }
    const { cost, sramBytes, candidate } = this.truthOf(key);
    return {
      key,
      status: 'measured',
      measurementId: `id-${key}`,
      fidelity: 'emulated',
      on: 'imagined',
      cost,
      relativeNoise: 0,
      sramBytes,
      flashBytes: candidate.estimate.flashBytes,
      buildHash: 'none',
    };
  }
}

export const syntheticOptions: LoopOptions = {
  seed: 5,
  limits: { sramBytes: 60_000, cost: 9e6 },
  objectives: ['cost', 'sram', 'score'],
  budget: { measurements: 24 },
  batchSize: 6,
  shares: { exploration: 0.25, boundary: 0.125 },
};

function candidateOf(key: string, macs: number, sramBytes: number, cost: number): LoopCandidate {
  const genotype: Genotype = {
    name: key,
    resolution: [32, 32],
    inputChannels: 3,
    classes: 2,
    stem: { kernel: 3, stride: 2, channels: 8 },
    blocks: [],
    seed: 1,
  };
  return {
    key,
    genotype,
    estimate: {
      sramBytes,
      flashBytes: 100_000,
      macs,
      cost: { mean: cost, low: cost, high: cost, unit: 'instructions' },
      plan: { kind: 'whole', label: 'whole image', arenaBytes: sramBytes },
    },
    score: { oracle: 'MACs', kind: 'proxy', value: macs },
  };
}
