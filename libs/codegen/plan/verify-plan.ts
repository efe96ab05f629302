import { FarmError } from '#core';
import type { Graph, TensorId } from '#network';
import { findLifetimes, type Value } from './lifetimes.ts';
import type { ArenaBlock, MemoryPlan } from './memory-plan.ts';
import type { PlanStep } from './plan-step.ts';

interface Tenant {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly value?: number;
}

/**
 * Throws INTERNAL, with names, if two things that are alive in one step overlap, if anything lies outside the arena or
 * has no place, or if the blocks (the picture) do not cover what they hold. Works from the steps, not from the plan's
 * own lifetimes.
 */
export function verifyPlan(graph: Graph, steps: readonly PlanStep[], plan: MemoryPlan): void {
  const { values, chances } = findLifetimes(graph, steps);
  const mayShare = new Set(chances.map(({ input, output }) => `${input} ${output}`));
  const tenants: Tenant[] = [];
  for (const [value, { tensors, ...life }] of values.entries()) {
    const offsets = new Set(tensors.map((id) => plan.tensorOffsets.get(id)));
    const [offsetBytes] = offsets;
    const name = graph.tensors[tensors[0]!]!.name;
    if (offsetBytes === undefined) throw wrong(`tensor ${name} has no place in the arena`);
    if (offsets.size > 1) throw wrong(`tensor ${name} and its alias lie at different offsets`);
    tenants.push({ ...life, name, offsetBytes, value });
  }
  for (const [index, step] of steps.entries()) {
    if (step.scratchBytes === 0) continue;
    const offsetBytes = plan.scratchOffsets[index];
    const name = `${step.name} scratch`;
    if (offsetBytes === undefined) throw wrong(`${name} has no place in the arena`);
    if (offsetBytes % 8 !== 0) throw wrong(`${name} lies at ${offsetBytes}, not at a multiple of 8`);
    tenants.push({ name, offsetBytes, sizeBytes: step.scratchBytes, firstStep: index, lastStep: index });
  }
  for (const tenant of tenants) checkInside(tenant, plan);
  for (const [a, b] of collisions(tenants)) {
    const shares = mayShare.has(`${a.value} ${b.value}`) || mayShare.has(`${b.value} ${a.value}`);
    // In place means from the same first byte on; the one step in which both are alive is then the kernel's business.
    if (shares && a.offsetBytes === b.offsetBytes) continue;
    throw wrong(`${describe(a)} and ${describe(b)} overlap while both are alive`);
  }
  checkBlocks(graph, values, plan);
}

function checkBlocks(graph: Graph, values: readonly Value[], plan: MemoryPlan): void {
  const blocksOf = new Map<TensorId, ArenaBlock[]>();
  for (const block of plan.blocks) {
    checkInside(block, plan);
    for (const id of block.tensors) blocksOf.set(id, [...(blocksOf.get(id) ?? []), block]);
  }
  for (const { tensors, firstStep, lastStep, sizeBytes } of values) {
    for (const id of tensors) {
      const covering = (blocksOf.get(id) ?? []).filter(
        (block) => block.offsetBytes === plan.tensorOffsets.get(id) && block.sizeBytes >= sizeBytes,
      );
      for (let step = firstStep; step <= lastStep; step++) {
        if (covering.some((block) => block.firstStep <= step && step <= block.lastStep)) continue;
        throw wrong(`no block covers tensor ${graph.tensors[id]!.name} in step ${step}`);
      }
    }
  }
  for (const [a, b] of collisions(plan.blocks)) {
    throw wrong(`blocks ${describe(a)} and ${describe(b)} overlap while both are alive`);
  }
}

function checkInside(tenant: Tenant | ArenaBlock, plan: MemoryPlan): void {
  if (tenant.offsetBytes < 0 || tenant.offsetBytes + tenant.sizeBytes > plan.arenaBytes) {
    throw wrong(`${describe(tenant)} reaches outside the arena of ${plan.arenaBytes} bytes`);
  }
}

/** Pairs that share a byte in some step. */
function* collisions<T extends Tenant | ArenaBlock>(all: readonly T[]): Generator<[T, T], void, void> {
  const byStart = all.toSorted((a, b) => a.firstStep - b.firstStep);
  for (const [index, a] of byStart.entries()) {
    for (let other = index + 1; other < byStart.length; other++) {
      const b = byStart[other]!;
      if (b.firstStep > a.lastStep) break;
      const isApart =
        a.offsetBytes + a.sizeBytes <= b.offsetBytes || b.offsetBytes + b.sizeBytes <= a.offsetBytes;
      if (!isApart) yield [a, b];
    }
  }
}

function describe({ name, offsetBytes, sizeBytes, firstStep, lastStep }: Tenant | ArenaBlock): string {
  return `${name} (bytes ${offsetBytes}..${offsetBytes + sizeBytes}, steps ${firstStep}..${lastStep})`;
}

function wrong(what: string): FarmError {
  return new FarmError('INTERNAL', `memory plan: ${what}`);
}
