import { graphMacs, macsOf, type Graph, type Op } from '#network';
import type { MemoryPlan } from '../memory-plan.ts';
import { placeMemory } from '../plan-memory.ts';
import type { PlanStep } from '../plan-step.ts';
import { wholeCall, type CallSize, type KernelNeedsOf } from './kernel-needs.ts';
import { callSize } from './region-call.ts';
import { segmentMacs, segmentStep, type Segment } from './segments.ts';

export type PlanKind = 'whole' | 'fused' | 'streamed' | 'patches';
export type InstructionsOf = (graph: Graph, op: Op, size: CallSize, macs: number) => number;

/** One way to run a network. */
export interface PlanCandidate {
  readonly kind: PlanKind;
  /** For people, e.g. `2×2 patches of the first 5 ops, 1 fused block`. */
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly steps: readonly PlanStep[];
  readonly memory: MemoryPlan;
  readonly arenaBytes: number;
  readonly macs: number;
  /** MACs beyond those of the whole image: the recomputed halo of patches. */
  readonly extraMacs: number;
  /** Calls of kernels beyond one for each op: what patches and rows cost besides MACs. */
  readonly extraCalls: number;
  /** An estimate; absent without a model of the kernels' costs. */
  readonly instructions?: number;
}

/** What is the same for all plans of one network. */
export interface PlanningContext {
  readonly graph: Graph;
  /** Of the whole-image run: one for each op, and any that follow them. */
  readonly wholeSteps: readonly PlanStep[];
  readonly needsOf: KernelNeedsOf;
  readonly instructionsOf: InstructionsOf | undefined;
}

/** All of a plan but where each tensor lies: what a search asks of thousands. */
export type PlanSketch = Omit<PlanCandidate, 'memory'>;

export interface SketchedPlan {
  readonly plan: PlanSketch;
  layOut(): PlanCandidate;
}

export function makeCandidate(
  context: PlanningContext,
  kind: PlanKind,
  label: string,
  segments: readonly Segment[],
): PlanCandidate {
  return sketchCandidate(context, kind, label, segments).layOut();
}

/** `knownInstructions`: of all segments, where they were summed before. */
export function sketchCandidate(
  { graph, wholeSteps, instructionsOf }: PlanningContext,
  kind: PlanKind,
  label: string,
  segments: readonly Segment[],
  knownInstructions?: number,
): SketchedPlan {
  // Steps behind those of the ops, such as one that gathers the outputs, belong to every plan.
  const steps = [
    ...segments.map((segment) => segmentStep(graph, segment, wholeSteps)),
    ...wholeSteps.slice(graph.ops.length),
  ];
  const placed = placeMemory(graph, steps);
  const macs = sum(segments, (segment) => segmentMacs(graph, segment));
  const wholeMacs = graphMacs(graph);
  const plan = {
    kind,
    label,
    segments,
    steps,
    arenaBytes: placed.arenaBytes,
    macs,
    extraMacs: Math.max(0, macs - wholeMacs),
    extraCalls: sum(segments, callsOf) - graph.ops.length,
    ...(instructionsOf && {
      instructions:
        knownInstructions ?? sum(segments, (segment) => instructions(graph, segment, instructionsOf)),
    }),
  };
  return { plan, layOut: () => ({ ...plan, memory: placed.layOut() }) };
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}

function callsOf(segment: Segment): number {
  if (segment.kind === 'whole') return 1;
  return segment.kind === 'fused' ? segment.calls.length : segment.patches.length * segment.splitOp;
}

function instructions(graph: Graph, segment: Segment, of: InstructionsOf): number {
  if (segment.kind === 'whole') {
    const op = graph.ops[segment.op]!;
    return of(graph, op, wholeCall(graph, op), macsOf(graph, op));
  }
  const [form, calls] =
    segment.kind === 'patches'
      ? (['patch', segment.patches.flatMap(({ ops }) => ops)] as const)
      : (['row', segment.calls] as const);
  return sum(calls, (call) => of(graph, graph.ops[call.op]!, callSize(form, call), call.macs));
}
