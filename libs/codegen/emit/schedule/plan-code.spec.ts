import { describe, expect, it } from 'vitest';
import { genotypeToGraph, graphMacs, seededNetwork } from '#network';
import { planByHand } from '../../plan/index.ts';
import { mcunetVww, mcunetVwwGenotype } from '../../plan/testing/mcunet-vww.ts';
import { generateCode } from '../generate-code.ts';
import { planCode, planCodeByHand } from './plan-code.ts';

describe("plans of MCUNet's visual wake words network", () => {
  const graph = mcunetVww();
  const choice = planCode(graph, { sramLimitBytes: 62_352, maxPatchesPerSide: 2 });
  const [whole] = choice.candidates;

  it('is no larger on the whole image than its largest 1x1 convolution in place needs', () => {
    expect(whole!.kind).toBe('whole');
    expect(whole!.arenaBytes).toBe(80_244);
  });

  it('fits the memory of patches at less than a tenth more instructions', () => {
    expect(choice.fits).toBe(true);
    expect(choice.chosen.arenaBytes).toBeLessThanOrEqual(62_352);
    expect(choice.chosen.instructions).toBeGreaterThan(whole!.instructions!);
    expect(choice.chosen.instructions).toBeLessThan(1.1 * whole!.instructions!);
  });

  it('estimates the whole image near the 16.48 million instructions that QEMU counts', () => {
    expect(whole!.instructions! / 16_478_231).toBeGreaterThan(0.95);
    expect(whole!.instructions! / 16_478_231).toBeLessThan(1.05);
  });
});

describe('code of a plan', () => {
  const graph = genotypeToGraph({ ...mcunetVwwGenotype(), resolution: [32, 32] });
  const network = seededNetwork(graph, 1);

  it('has one layer for a fused block, which lists its ops and MACs', () => {
    const plan = planCodeByHand(graph, { fusedRowsPerCall: 2 });
    const { layers, plan: memory } = generateCode(network, { plan });
    expect(layers.flatMap(({ ops }) => ops)).toEqual(graph.ops.map((_, op) => op));
    expect(layers.reduce((sum, { macs }) => sum + macs, 0)).toBe(graphMacs(graph));
    expect(layers.filter(({ kind }) => kind === 'fused')).toHaveLength(
      plan.segments.filter(({ kind }) => kind === 'fused').length,
    );
    expect(memory.stepNames).toEqual(layers.map(({ name }) => name));
  });

  it('counts what patches compute twice', () => {
    const plan = planCodeByHand(graph, { patches: { splitOp: 6, rows: 2, cols: 2 } });
    const { layers } = generateCode(network, { plan });
    expect(layers[0]).toMatchObject({ name: '00_patches_to_05', kind: 'patches', ops: [0, 1, 2, 3, 4, 5] });
    expect(layers.reduce((sum, { macs }) => sum + macs, 0)).toBe(graphMacs(graph) + plan.extraMacs);
    expect(plan.extraMacs).toBeGreaterThan(0);
  });

  it('is not made where the plan leaves a kernel too little scratch', () => {
    const needsOf = (): { scratchBytes: number; mayOverwriteInput: boolean } => ({
      scratchBytes: 4,
      mayOverwriteInput: false,
    });
    const fused = planByHand(graph, { fusedRowsPerCall: 2 }, { needsOf });
    expect(() => generateCode(network, { plan: fused })).toThrow(
      /^the plan leaves \S+ 4 bytes of scratch, expected at least \d+$/,
    );
    const patches = planByHand(graph, { patches: { splitOp: 6, rows: 2, cols: 2 } }, { needsOf });
    expect(() => generateCode(network, { plan: patches })).toThrow(
      /^the plan leaves \S+ 4 bytes of scratch, expected at least \d+$/,
    );
  });
});
