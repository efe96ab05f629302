import { describe, expect, it } from 'vitest';
import { handMade } from '../testing/hand-made.ts';
import { mcunetVww } from '../testing/mcunet-vww.ts';
import { verifyPlan } from '../verify-plan.ts';
import { choosePlan } from './choose-plan.ts';

describe('choosePlan for mcunet-vww', () => {
  const graph = mcunetVww();

  it('leaves it as it is where there is room', () => {
    const { chosen, fits, reason } = choosePlan(graph, { sramLimitBytes: 93_992, maxPatchesPerSide: 2 });
    expect(fits).toBe(true);
    expect(chosen.kind).toBe('whole');
    expect(reason).toBe(
      'whole image takes 89,632 bytes, within the limit of 93,992 bytes, and computes least',
    );
  });

  it('finds a plan for two thirds of the memory without more MACs', () => {
    const { chosen, candidates } = choosePlan(graph, { sramLimitBytes: 62_352, maxPatchesPerSide: 2 });
    expect(chosen.arenaBytes).toBeLessThanOrEqual(62_352);
    expect(chosen.extraMacs).toBe(0);
    expect(candidates[0]!.macs).toBe(11_578_816);
    verifyPlan(graph, chosen.steps, chosen.memory);
  });

  it('finds a plan of patches as well, with less than a tenth more MACs', () => {
    const rowsAreDear = choosePlan(graph, {
      sramLimitBytes: 62_352,
      maxPatchesPerSide: 3,
      instructionsOf: (_, __, { form }, macs) => (form === 'row' ? 2 * macs : macs),
    });
    expect(rowsAreDear.chosen.kind).toBe('patches');
    expect(rowsAreDear.chosen.arenaBytes).toBeLessThanOrEqual(62_352);
    expect(rowsAreDear.chosen.extraMacs).toBeLessThan(0.1 * 11_578_816);
    expect(rowsAreDear.chosen.instructions).toBe(rowsAreDear.chosen.macs);
  });

  it('finds one for 48 KiB and less', () => {
    const { chosen, fits } = choosePlan(graph, { sramLimitBytes: 48 * 1024, maxPatchesPerSide: 2 });
    expect(fits).toBe(true);
    expect(chosen.arenaBytes).toBeLessThanOrEqual(48 * 1024);
  });

  it('says how close it comes where nothing fits', () => {
    const { chosen, fits, reason, candidates } = choosePlan(graph, {
      sramLimitBytes: 20_000,
      maxPatchesPerSide: 2,
    });
    expect(fits).toBe(false);
    expect(chosen.arenaBytes).toBe(Math.min(...candidates.map(({ arenaBytes }) => arenaBytes)));
    expect(reason).toMatch(
      /^nothing fits the limit of 20,000 bytes; .+ comes closest with \d\d,\d\d\d bytes$/,
    );
  });

  it('takes the estimate of instructions, where there is one, for the cost', () => {
    const { chosen } = choosePlan(graph, {
      sramLimitBytes: 62_352,
      maxPatchesPerSide: 2,
      instructionsOf: (_, __, { form }, macs) => (form === 'patch' ? 10 * macs : 2 * macs),
    });
    expect(chosen.kind).toBe('fused');
    expect(chosen.instructions).toBe(2 * chosen.macs);
  });

  it('lists no plan for which another is as good in every way', () => {
    const { candidates } = choosePlan(graph, { maxPatchesPerSide: 2 });
    for (const a of candidates) {
      for (const b of candidates) {
        const isWorse = a.arenaBytes >= b.arenaBytes && a.macs >= b.macs && a.extraCalls >= b.extraCalls;
        expect(isWorse && a !== b, `${a.label} and ${b.label}`).toBe(false);
      }
    }
  });
});

describe('choosePlan', () => {
  it('has one plan for a network of one op', () => {
    const graph = handMade({ side: 4, channels: 1 }, [{ from: 0, kernel: 1, side: 4, channels: 1 }]);
    expect(choosePlan(graph).candidates.map(({ kind }) => kind)).toEqual(['whole']);
  });
});
