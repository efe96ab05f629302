import { runNetwork, tensorBytes, type Network, type Op, type TensorId } from '#network';
import type { FusedBlockPlan } from '../schedule/fused-plan.ts';
import { channelsOf, wholeRegion, type Region } from '../schedule/geometry.ts';
import type { PatchPlan } from '../schedule/patch-plan.ts';
import type { PlanCandidate } from '../schedule/plan-candidate.ts';
import type { RegionCall } from '../schedule/region-call.ts';

/** Part of a tensor in memory: `held` is what lies there, row by row; rows may wrap around in a ring of `ringRows`. */
interface View {
  readonly tensor: TensorId;
  readonly offset: number;
  readonly held: Region;
  readonly ringRows?: number;
}

/**
 * Runs a plan as generated code would: every byte lies in one arena at the planned place, every call sees only what
 * the plan says it reads, and scratch is overwritten with rubbish before each call.
 */
export function runCandidate(network: Network, plan: PlanCandidate, input: Int8Array): Int8Array[] {
  const machine = new Machine(network, plan.arenaBytes);
  const { memory } = plan;
  const { graph } = network;
  const whole = (id: TensorId): View => ({
    tensor: id,
    offset: memory.tensorOffsets.get(id)!,
    held: wholeRegion(graph, id),
  });
  machine.arena.set(input, memory.tensorOffsets.get(graph.inputs[0]!));
  for (const [step, segment] of plan.segments.entries()) {
    const scratch = memory.scratchOffsets[step] ?? 0;
    machine.spoil(scratch, plan.steps[step]!.scratchBytes);
    if (segment.kind === 'patches') runPatches(machine, segment, scratch, whole);
    else if (segment.kind === 'fused') runRows(machine, segment, scratch, whole);
    else machine.runWhole(segment.op, (id) => memory.tensorOffsets.get(id)!);
  }
  return graph.outputs.map((id) => {
    const offset = memory.tensorOffsets.get(id)!;
    return machine.arena.slice(offset, offset + tensorBytes(graph, id));
  });
}

function runPatches(machine: Machine, plan: PatchPlan, scratch: number, whole: (id: TensorId) => View): void {
  for (const patch of plan.patches) {
    const view = (id: TensorId): View => {
      const offset = plan.buffers.tensorOffsets.get(id);
      return offset === undefined
        ? whole(id)
        : { tensor: id, offset: scratch + offset, held: patch.regions.get(id)! };
    };
    for (const [step, call] of patch.ops.entries()) {
      const kernelScratch = plan.buffers.scratchOffsets[step];
      if (kernelScratch !== undefined) {
        machine.spoil(scratch + kernelScratch, plan.bufferSteps[step]!.scratchBytes);
      }
      machine.call(call, view);
    }
  }
}

function runRows(
  machine: Machine,
  plan: FusedBlockPlan,
  scratch: number,
  whole: (id: TensorId) => View,
): void {
  const { graph } = machine.network;
  const view = (id: TensorId): View => {
    const ring = plan.rings.find(({ tensor }) => tensor === id);
    if (ring === undefined) return whole(id);
    return {
      tensor: id,
      offset: scratch + ring.offsetBytes,
      held: wholeRegion(graph, id),
      ringRows: ring.rows,
    };
  };
  for (const call of plan.calls) {
    machine.spoil(scratch + plan.kernelScratchOffsetBytes, plan.scratchBytes - plan.kernelScratchOffsetBytes);
    machine.call(call, view);
  }
}

class Machine {
  readonly arena: Int8Array;
  readonly network: Network;

  constructor(network: Network, arenaBytes: number) {
    this.network = network;
    this.arena = new Int8Array(arenaBytes).fill(0x55);
  }

  spoil(offset: number, bytes: number): void {
    this.arena.fill(0x2a, offset, offset + bytes);
  }

  #read(view: View, region: Region): Int8Array {
    const rowBytes = (region.right - region.left) * channelsOf(this.network.graph, view.tensor);
    const bytes = new Int8Array((region.bottom - region.top) * rowBytes);
    for (let row = region.top; row < region.bottom; row++) {
      const at = this.#address(view, row, region.left);
      bytes.set(this.arena.subarray(at, at + rowBytes), (row - region.top) * rowBytes);
    }
    return bytes;
  }

  #write(view: View, region: Region, bytes: Int8Array): void {
    const rowBytes = (region.right - region.left) * channelsOf(this.network.graph, view.tensor);
    for (let row = region.top; row < region.bottom; row++) {
      const from = (row - region.top) * rowBytes;
      this.arena.set(bytes.subarray(from, from + rowBytes), this.#address(view, row, region.left));
    }
  }

  runWhole(index: number, offsetOf: (id: TensorId) => number): void {
    const { graph } = this.network;
    const op = graph.ops[index]!;
    const operands = op.inputs.map((id) =>
      this.arena.slice(offsetOf(id), offsetOf(id) + tensorBytes(graph, id)),
    );
    const shapes = [...op.inputs, ...op.outputs].map((id) => graph.tensors[id]!.shape);
    this.arena.set(this.#run(index, op, operands, shapes), offsetOf(op.outputs[0]!));
  }

  /** One op on regions of its operands, by the reference interpreter. */
  call({ op: index, inputs, output, padding }: RegionCall, view: (id: TensorId) => View): void {
    const { graph } = this.network;
    const op = graph.ops[index]!;
    const operands = op.inputs.map((id, operand) => this.#read(view(id), inputs[operand]!));
    const ids = [...op.inputs, ...op.outputs];
    const shapes = [...inputs, output].map(({ top, bottom, left, right }, operand) => [
      1,
      bottom - top,
      right - left,
      channelsOf(graph, ids[operand]!),
    ]);
    const result = this.#run(index, 'padding' in op ? { ...op, padding } : op, operands, shapes);
    this.#write(view(op.outputs[0]!), output, result);
  }

  #run(index: number, op: Op, operands: Int8Array[], shapes: readonly (readonly number[])[]): Int8Array {
    const ids = [...op.inputs, ...op.outputs];
    const inputs = op.inputs.map((_, operand) => operand);
    const outputs = op.outputs.map((_, operand) => op.inputs.length + operand);
    const network: Network = {
      graph: {
        name: op.name,
        tensors: shapes.map((shape, operand) => ({ name: `operand ${operand}`, shape })),
        ops: [{ ...op, inputs, outputs }],
        inputs,
        outputs,
      },
      quantisation: ids.map((id) => this.network.quantisation[id]!),
      parameters: [this.network.parameters[index]!],
    };
    const input = new Int8Array(operands.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const operand of operands) {
      input.set(operand, at);
      at += operand.length;
    }
    return runNetwork(network, input).outputs[0]!;
  }

  #address({ tensor, offset, held, ringRows }: View, row: number, col: number): number {
    const channels = channelsOf(this.network.graph, tensor);
    const rowBytes = (held.right - held.left) * channels;
    const slot = ringRows === undefined ? row - held.top : row % ringRows;
    return offset + slot * rowBytes + (col - held.left) * channels;
  }
}
