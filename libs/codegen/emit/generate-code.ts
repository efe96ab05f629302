import { FarmError } from '#core';
import { tensorBytes, type Network } from '#network';
import type { GeneratedCode } from '../generated-code.ts';
import { lower } from '../lower/index.ts';
import { planMemory, verifyPlan, type PlanCandidate, type PlanMemoryOptions } from '../plan/index.ts';
import { Constants } from './constants.ts';
import { emitLayer } from './emit-layer.ts';
import { includeHeader, modelHeader, nnHeader, weightsSource } from './headers.ts';
import { cText, modelSource } from './model-source.ts';
import { emitSegment, type EmittedStep } from './schedule/index.ts';

export interface GenerateCodeOptions {
  readonly memory?: PlanMemoryOptions;
  /** From `planCode` or `planCodeByHand` for the same graph. Default: one op after another on the whole image. */
  readonly plan?: PlanCandidate;
}

/**
 * TinyEngine-style C for a network; the same network yields the same bytes. Link it with firmware/kernels. Errors:
 * CANDIDATE_UNSUPPORTED for an op without a kernel, several inputs, or a batch with a plan.
 */
export function generateCode(network: Network, options: GenerateCodeOptions = {}): GeneratedCode {
  const { graph } = network;
  checkEnds(network, options);
  const lowered = lower(graph);
  const steps = options.plan?.steps ?? lowered;
  const memory = options.plan?.memory ?? planMemory(graph, steps, options.memory);
  verifyPlan(graph, steps, memory);
  const constants = new Constants();
  const emitted = steps.map((planned, stepIndex): EmittedStep => {
    const segment = options.plan?.segments[stepIndex];
    if (segment !== undefined && segment.kind !== 'whole') {
      return emitSegment({ network, plan: memory, lowered, stepIndex, constants }, segment);
    }
    const step = lowered.find(({ ops }) => ops[0] === planned.ops[0])!;
    // The step that gathers the outputs has no op of its own, and looks at none.
    const index = step.ops[0] ?? 0;
    const op = graph.ops[index]!;
    const parameters = network.parameters[index]!;
    const code = emitLayer({ network, plan: memory, step, stepIndex, op, parameters, constants });
    return { layer: { name: step.name, kind: step.kernel, macs: step.macs, ops: step.ops }, code };
  });
  const layers = emitted.map(({ layer }) => layer);
  const codes = emitted.map(({ code }) => code);
  const plan = { ...memory, stepNames: layers.map(({ name }) => name) };
  const weights = constants.bytes();
  return {
    name: cText(graph.name),
    files: [
      { path: 'Include/genModel.h', content: modelHeader(plan.arenaBytes) },
      { path: 'Include/genNN.h', content: nnHeader },
      { path: 'Include/genInclude.h', content: includeHeader },
      {
        path: 'Source/genModel.c',
        content: modelSource({ network, plan, layers, codes, weightBytes: weights.length }),
      },
      { path: 'Source/weights.S', content: weightsSource },
      { path: 'weights.bin', content: weights },
    ],
    layers,
    plan,
    inputBytes: tensorBytes(graph, graph.inputs[0]!),
    outputBytes: graph.outputs.reduce((sum, id) => sum + tensorBytes(graph, id), 0),
    weightBytes: weights.length,
  };
}

function checkEnds({ graph }: Network, { plan }: GenerateCodeOptions): void {
  if (graph.inputs.length !== 1) {
    throw new FarmError(
      'CANDIDATE_UNSUPPORTED',
      `network ${graph.name} has ${graph.inputs.length} inputs, expected one`,
    );
  }
  // Patches and fused blocks know one image.
  const isBatched = (shape: readonly number[]): boolean => shape.length === 4 && shape[0] !== 1;
  const batched = plan && graph.tensors.find(({ shape }) => isBatched(shape));
  if (batched !== undefined) {
    throw new FarmError(
      'CANDIDATE_UNSUPPORTED',
      `tensor ${batched.name} of network ${graph.name} has a batch of ${batched.shape[0]}, expected 1 for a plan`,
    );
  }
}
