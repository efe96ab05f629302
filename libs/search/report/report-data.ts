import type { Genotype } from '#network';
import type { Limits } from '../estimate/index.ts';
import type { FalseFeasible, Margins, Purpose } from '../loop/index.ts';
import type { Objective } from '../pareto/index.ts';
import type { Score } from '../oracle/index.ts';

/** One measured network of a search. */
export interface ReportedNetwork {
  readonly key: string;
  readonly name: string;
  readonly genotype: Genotype;
  /** From 1, in the order of proposal. */
  readonly number: number;
  readonly round: number;
  readonly purpose: Purpose;
  readonly macs: number;
  readonly plan: string;
  readonly score: Score;
  readonly predicted: { readonly cost: number; readonly low: number; readonly high: number } & Memory;
  readonly measured: { readonly cost: number } & Memory;
  readonly feasible: boolean;
  readonly onFront: boolean;
  readonly measurementId: string;
  readonly buildHash: string;
  /** Paths beside the report, of a network on the front. */
  readonly files?: { readonly genotype: string; readonly tflite: string; readonly code: string };
  /** Commands that measure it again, given where its files are exported to. */
  readonly commands: readonly string[];
}

interface Memory {
  readonly sramBytes: number;
  readonly flashBytes: number;
}

/** One round of a search. */
export interface ReportedRound {
  readonly round: number;
  readonly searched: number;
  readonly measured: number;
  readonly failed: number;
  readonly costSource: string;
  /** Of the fit at its end, on held-out rows; absent while there was none. */
  readonly meanAbsoluteError?: number;
  readonly margins: Margins;
  /** After it, as a share of the box between ideal and reference. */
  readonly volume: number;
  readonly elapsedMs: number;
}

/** All that a report shows. */
export interface ReportData {
  readonly name: string;
  readonly target: string;
  /** Of the target, for people. */
  readonly targetDescription: string;
  readonly fidelity: 'hardware' | 'emulated';
  readonly unit: 'instructions' | 'cycles';
  readonly limits: Limits;
  readonly objectives: readonly Objective[];
  readonly space: string;
  readonly seed: number;
  readonly state: string;
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** In the order of proposal. */
  readonly networks: readonly ReportedNetwork[];
  readonly failed: readonly { readonly key: string; readonly message: string }[];
  readonly rounds: readonly ReportedRound[];
  readonly falseFeasible: readonly FalseFeasible[];
  /** The front's hypervolume after each measurement; the first is 0 measurements. */
  readonly volumes: readonly number[];
  /** Commands that run the whole search again. */
  readonly commands: readonly string[];
  /** The model that it began with, which no command names; absent: nominal costs. */
  readonly startModel?: string;
  readonly versions: Readonly<Record<string, string>>;
}
