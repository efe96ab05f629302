import { FarmError } from '#core';
import { checkOpShapes } from './check-op-shapes.ts';
import type { Graph, Op, Tensor } from './graph.ts';
import { elementsOf } from './shapes.ts';

/** More than any microcontroller holds, and few enough to be run here. */
const maxTensorElements = 64 * 1024 * 1024;
const maxGraphElements = 512 * 1024 * 1024;
const maxRank = 6;

/**
 * Checks that every tensor has a static shape and one producer that comes before its consumers, and that every op's
 * output has the shape that its inputs give. CANDIDATE_INVALID says which op or tensor, what it has and what was
 * expected.
 */
export function validateGraph(graph: Graph): void {
  let elements = 0;
  for (const [id, tensor] of graph.tensors.entries()) {
    checkTensor(tensor, id);
    elements += elementsOf(tensor.shape);
  }
  if (elements > maxGraphElements) {
    invalid(`the tensors have ${elements} elements together, expected at most ${maxGraphElements}`);
  }
  if (graph.inputs.length === 0 || graph.outputs.length === 0) {
    invalid(
      `the network has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs, expected one or more`,
    );
  }
  const made = new Set<number>();
  for (const id of graph.inputs) {
    make(graph, made, id, 'as an input of the network');
  }
  for (const [index, op] of graph.ops.entries()) {
    const where = describeOp(op, index);
    for (const id of op.inputs) {
      if (!made.has(id)) {
        invalid(`${where}: its input, tensor ${id}, has no value yet, expected one that an op before makes`);
      }
    }
    for (const id of op.outputs) {
      make(graph, made, id, `by ${where}`);
    }
    checkOpShapes(graph, op, (message) => invalid(`${where}: ${message}`));
  }
  for (const id of graph.outputs) {
    if (!made.has(id)) {
      invalid(`output tensor ${id} is made by no op, expected one that makes it`);
    }
  }
}

/** `op 3 (conv2d block0_project)`, as messages name an op. */
export function describeOp(op: Op, index: number): string {
  return `op ${index} (${op.kind}${op.name === '' ? '' : ` ${op.name}`})`;
}

function checkTensor({ name, shape }: Tensor, id: number): void {
  const where = `tensor ${id}${name === '' ? '' : ` (${name})`}`;
  if (shape.length > maxRank) {
    invalid(`${where} has ${shape.length} dimensions, expected at most ${maxRank}`);
  }
  if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
    invalid(`${where} has the shape ${shape.join('x')}, expected positive dimensions`);
  }
  if (elementsOf(shape) > maxTensorElements) {
    invalid(`${where} has ${elementsOf(shape)} elements, expected at most ${maxTensorElements}`);
  }
}

function make(graph: Graph, made: Set<number>, id: number, how: string): void {
  if (graph.tensors[id] === undefined) {
    invalid(`tensor ${id} is made ${how}, expected one of the ${graph.tensors.length} tensors`);
  }
  if (made.has(id)) {
    invalid(`tensor ${id} is made again ${how}, expected one producer`);
  }
  made.add(id);
}

function invalid(message: string): never {
  throw new FarmError('CANDIDATE_INVALID', message);
}
