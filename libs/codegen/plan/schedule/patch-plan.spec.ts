import { describe, expect, it } from 'vitest';
import { handMade, pad } from '../testing/hand-made.ts';
import { usualKernelNeeds } from './kernel-needs.ts';
import { planPatches, type PatchPlan } from './patch-plan.ts';

function plan(graph: ReturnType<typeof handMade>, splitOp: number, rows: number, cols: number): PatchPlan {
  const patches = planPatches(graph, { splitOp, rows, cols }, usualKernelNeeds);
  if (patches === undefined) throw new Error('expected a plan');
  return patches;
}

describe('planPatches', () => {
  // 8×8 -> 3×3 stride 2 (SAME of TFLite: nothing before, one behind) -> 4×4 -> 3×3 -> 4×4
  const strided = handMade({ side: 8, channels: 1 }, [
    { from: 0, kernel: 3, stride: 2, padding: pad(0, 1), side: 4, channels: 2 },
    { from: 1, kernel: 3, padding: pad(1), side: 4, channels: 1 },
  ]);

  it('goes back from the last tensor to what of the input each patch reads', () => {
    const { patches } = plan(strided, 2, 2, 2);
    expect(patches[0]!.regions.get(2)).toEqual({ top: 0, bottom: 2, left: 0, right: 2 });
    expect(patches[0]!.regions.get(1)).toEqual({ top: 0, bottom: 3, left: 0, right: 3 });
    expect(patches[0]!.regions.get(0)).toEqual({ top: 0, bottom: 7, left: 0, right: 7 });
    expect(patches[3]!.regions.get(1)).toEqual({ top: 1, bottom: 4, left: 1, right: 4 });
    expect(patches[3]!.regions.get(0)).toEqual({ top: 2, bottom: 8, left: 2, right: 8 });
  });

  it('pads only at the edges of the image', () => {
    const { patches } = plan(strided, 2, 2, 2);
    expect(patches[0]!.ops.map(({ padding }) => padding)).toEqual([
      pad(0, 0),
      { top: 1, bottom: 0, left: 1, right: 0 },
    ]);
    expect(patches[3]!.ops.map(({ padding }) => padding)).toEqual([
      { top: 0, bottom: 1, left: 0, right: 1 },
      { top: 0, bottom: 1, left: 0, right: 1 },
    ]);
  });

  it('counts what the halo costs', () => {
    const { macs, wholeMacs } = plan(strided, 2, 2, 2);
    expect(wholeMacs).toBe(16 * 2 * 9 + 16 * 18);
    expect(macs).toBe(4 * 9 * 2 * 9 + 16 * 18);
  });

  it('computes of a tensor what the more demanding of its readers needs', () => {
    const branches = handMade({ side: 6, channels: 1 }, [
      { from: 0, kernel: 1, side: 6, channels: 1 },
      { from: 1, kernel: 1, side: 6, channels: 1 },
      { from: 1, kernel: 3, padding: pad(1), side: 6, channels: 1 },
      [2, 3],
    ]);
    const { patches, buffers } = plan(branches, 4, 3, 1);
    expect(patches.map(({ regions }) => regions.get(1)!)).toEqual([
      { top: 0, bottom: 3, left: 0, right: 6 },
      { top: 1, bottom: 5, left: 0, right: 6 },
      { top: 3, bottom: 6, left: 0, right: 6 },
    ]);
    expect(patches[1]!.ops[1]!.inputs).toEqual([{ top: 2, bottom: 4, left: 0, right: 6 }]);
    expect(buffers.blocks.find(({ tensors }) => tensors.includes(1))!.sizeBytes).toBe(24);
  });

  it('keeps the input and the last tensor out of the buffers of a patch', () => {
    expect([...plan(strided, 2, 2, 2).buffers.tensorOffsets.keys()]).toEqual([1]);
  });

  it('does not split where two tensors cross', () => {
    const residual = handMade({ side: 4, channels: 1 }, [
      { from: 0, kernel: 1, side: 4, channels: 1 },
      { from: 1, kernel: 3, padding: pad(1), side: 4, channels: 1 },
      [1, 2],
    ]);
    expect(planPatches(residual, { splitOp: 2, rows: 2, cols: 2 }, usualKernelNeeds)).toBeUndefined();
    expect(plan(residual, 3, 2, 2).patches).toHaveLength(4);
  });

  it('refuses more patches than pixels', () => {
    expect(() => planPatches(strided, { splitOp: 2, rows: 5, cols: 1 }, usualKernelNeeds)).toThrow(
      '5 by 1 patches of a tensor of 4 by 4 pixels: expected at least one pixel a patch',
    );
  });
});
