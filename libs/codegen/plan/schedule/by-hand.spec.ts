import { describe, expect, it } from 'vitest';
import { mcunetVww } from '../testing/mcunet-vww.ts';
import { verifyPlan } from '../verify-plan.ts';
import { planByHand } from './by-hand.ts';
import { possibleSplits } from './uses.ts';

describe('planByHand', () => {
  const graph = mcunetVww();

  it('plans the patches that it is told to', () => {
    const plan = planByHand(graph, { patches: { splitOp: 6, rows: 3, cols: 2 } });
    verifyPlan(graph, plan.steps, plan.memory);
    expect(plan.segments[0]).toMatchObject({ kind: 'patches', splitOp: 6, rows: 3, cols: 2 });
    expect(plan.steps.flatMap(({ ops }) => ops)).toEqual([...graph.ops.keys()]);
    expect(plan.extraMacs).toBeGreaterThan(0);
  });

  it('fuses all blocks, at the same cost in MACs', () => {
    const whole = planByHand(graph, {});
    const fused = planByHand(graph, { fusedRowsPerCall: 1 });
    verifyPlan(graph, fused.steps, fused.memory);
    expect(fused.segments.filter(({ kind }) => kind === 'fused')).toHaveLength(15);
    expect(fused.arenaBytes).toBeLessThan(whole.arenaBytes / 2);
    expect(fused.macs).toBe(whole.macs);
  });

  it('fuses only behind the patches', () => {
    const plan = planByHand(graph, { patches: { splitOp: 6, rows: 2, cols: 2 }, fusedRowsPerCall: 2 });
    expect(plan.segments.slice(0, 2).map(({ kind }) => kind)).toEqual(['patches', 'fused']);
    expect(plan.segments.filter(({ kind }) => kind === 'fused')).toHaveLength(13);
  });

  it('streams the first ops, and fuses only behind them', () => {
    const plan = planByHand(graph, { streamedOps: 6, fusedRowsPerCall: 2 });
    verifyPlan(graph, plan.steps, plan.memory);
    expect(plan.kind).toBe('streamed');
    expect(plan.segments.slice(0, 2)).toMatchObject([
      { kind: 'fused', ops: [0, 1, 2, 3, 4, 5] },
      { kind: 'fused', ops: [6, 7, 8, 9] },
    ]);
    expect(plan.macs).toBe(planByHand(graph, {}).macs);
    expect(() => planByHand(graph, { streamedOps: 7 })).toThrow(
      /^mcunet-vww cannot run its first 7 ops by rows, expected one of 2, 3, /,
    );
  });

  it('says where a network can be split', () => {
    expect(possibleSplits(graph).slice(0, 6)).toEqual([2, 3, 4, 5, 6, 10]);
    expect(() => planByHand(graph, { patches: { splitOp: 7, rows: 2, cols: 2 } })).toThrow(
      /^mcunet-vww cannot run its first 7 ops in patches, expected one of 2, 3, 4, 5, 6, 10, /,
    );
  });
});
