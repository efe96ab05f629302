import type { TensorId } from '#network';

/** What the planner knows of one generated layer. */
export interface PlanStep {
  readonly name: string;
  /** Indices into `Graph.ops` done by this step. */
  readonly ops: readonly number[];
  /** Activation tensors read; all are alive until the end of the step. */
  readonly reads: readonly TensorId[];
  /** Activation tensors written; alive from the start of the step. */
  readonly writes: readonly TensorId[];
  /** Working memory of the kernel, alive during the step only. Multiple of 4; placed on a multiple of 8. */
  readonly scratchBytes: number;
  /** The output may take the place of this input if nothing reads the input later (in-place depthwise, elementwise). */
  readonly inPlace?: { readonly input: TensorId; readonly output: TensorId };
  /** The output is the input under another name: no bytes move (reshape). */
  readonly alias?: { readonly input: TensorId; readonly output: TensorId };
}
