import { plannedWeightBytes, sketchCodeQuickly } from '#codegen';
import { PlanPredictor, type ModelDocument } from '#latency';
import { genotypeToGraph, graphMacs, type Genotype } from '#network';
import type { CostUnit, Estimate, Estimator } from './estimate.ts';

/** What no plan knows: measured once a target is at hand, until then what the harness is seen to take. */
export interface Overheads {
  /** Room of the stack, and static data besides the arena. */
  readonly sramBytes: number;
  /** Code and read-only data besides the weights. */
  readonly flashBytes: number;
}

/** Stack room of 4,608 bytes and static data; code of the harness and of all kernels of TinyNAS networks. */
export const usualOverheads: Overheads = { sramBytes: 5632, flashBytes: 30_720 };

export interface EstimatorOptions {
  readonly model: ModelDocument;
  /** For records: the model's version, or `nominal`. */
  readonly costSource: string;
  /** Of the whole SRAM: the plan is the cheapest whose arena leaves room for the overhead. Absent: no limit. */
  readonly sramLimitBytes?: number;
  readonly overheads?: Overheads;
}

/** What the arena may take of an SRAM limit. */
export function arenaLimitBytes({
  sramLimitBytes,
  overheads = usualOverheads,
}: Partial<EstimatorOptions>): number {
  return Math.max(0, (sramLimitBytes ?? Infinity) - overheads.sramBytes);
}

/** Estimates in this thread. Plans are those of `planCodeQuickly`, from the structure alone: no weights are made. */
export class PlanEstimator implements Estimator {
  readonly costSource: string;
  readonly #overheads: Overheads;
  readonly #arenaLimitBytes: number;
  readonly #predictor: PlanPredictor;

  constructor(options: EstimatorOptions) {
    this.costSource = options.costSource;
    this.#overheads = options.overheads ?? usualOverheads;
    this.#arenaLimitBytes = arenaLimitBytes(options);
    this.#predictor = new PlanPredictor(options.model);
  }

  get unit(): CostUnit {
    return this.#predictor.predictor.model.unit;
  }

  estimateOne(genotype: Genotype): Estimate {
    const graph = genotypeToGraph(genotype);
    const plan = sketchCodeQuickly(graph, this.#arenaLimitBytes);
    const { cost, low, high, unit } = this.#predictor.predict(graph, plan);
    return {
      sramBytes: plan.arenaBytes + this.#overheads.sramBytes,
      flashBytes: plannedWeightBytes(graph) + this.#overheads.flashBytes,
      macs: graphMacs(graph),
      cost: { mean: cost, low, high, unit },
      plan: { kind: plan.kind, label: plan.label, arenaBytes: plan.arenaBytes },
    };
  }

  estimate(genotypes: readonly Genotype[]): Promise<Estimate[]> {
    return Promise.resolve(genotypes.map((genotype) => this.estimateOne(genotype)));
  }
}
