import { describe, expect, it } from 'vitest';
import { genotypeToGraph, parseGenotype } from '#network';
import { planMemory } from './plan-memory.ts';
import { planSvg } from './plan-svg.ts';
import type { PlanStep } from './plan-step.ts';
import { usualKernelNeeds } from './schedule/kernel-needs.ts';
import { wholeImageSteps } from './schedule/segments.ts';

function smallPlan(rename: (step: PlanStep) => string = (step) => step.name) {
  const genotype = parseGenotype({
    format: 'tinyfarm-genotype/1',
    name: 'small',
    resolution: 32,
    classes: 2,
    stem: { kernel: 3, stride: 2, channels: 8 },
    blocks: ['ir_k3_s1_e4_c8'],
  });
  const graph = genotypeToGraph(genotype);
  return planMemory(
    graph,
    wholeImageSteps(graph, usualKernelNeeds).map((step) =>
      Object.assign({}, step, { name: rename(step), scratchBytes: 64 }),
    ),
  );
}

/** Elements of a well-formed document, by the strictest reading that a hand-written one needs. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const rest = svg.replaceAll(
    /<(\/?)([a-z]+)((?: [A-Za-z0-9-]+="[^"<&]*")*)(\/?)>/g,
    (_, close, name, __, selfClose) => {
      if (close === '/') expect(open.pop()).toBe(name);
      else {
        names.push(name as string);
        if (selfClose !== '/') open.push(name as string);
      }
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, '')).not.toMatch(/[<>&]/);
  return names;
}

describe('planSvg', () => {
  it('draws every block at its place, to scale', () => {
    const plan = smallPlan();
    const svg = planSvg(plan, { title: 'small' });
    const groups = [
      ...svg.matchAll(
        /<g><title>([^<]+)<\/title><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      ),
    ];
    expect(groups).toHaveLength(plan.blocks.length);
    const perByte = Number(groups[0]![5]) / plan.blocks[0]!.sizeBytes;
    const perStep = Number(groups[0]![4]) / (plan.blocks[0]!.lastStep - plan.blocks[0]!.firstStep + 1);
    const floor = Number(groups[0]![3]) + (plan.blocks[0]!.offsetBytes + plan.blocks[0]!.sizeBytes) * perByte;
    for (const [index, block] of plan.blocks.entries()) {
      const [, tip, x, y, width, height] = groups[index]!;
      expect(tip).toContain(block.name.replaceAll('>', '&gt;'));
      expect(Number(x)).toBeCloseTo(64 + block.firstStep * perStep, 0);
      expect(Number(width)).toBeCloseTo((block.lastStep - block.firstStep + 1) * perStep, 0);
      expect(Number(height)).toBeCloseTo(block.sizeBytes * perByte, 0);
      expect(Number(y)).toBeCloseTo(floor - (block.offsetBytes + block.sizeBytes) * perByte, 0);
    }
  });

  it('names the steps, the peak and the limit', () => {
    const svg = planSvg(smallPlan(), { title: 'small', limitBytes: 20_480 });
    expect(svg).toContain('>block0_depthwise</text>');
    expect(svg).toMatch(/>peak \d+\.\d KiB<\/text>/);
    expect(svg).toContain('>limit 20.0 KiB</text>');
  });

  it('is well-formed XML whatever the names are', () => {
    const plan = smallPlan((step) => `${step.name} "<&>' \u0000\uFFFF \uD800 ü`);
    const svg = planSvg(plan, { title: '<script>&</script>\u0001' });
    expect(elementsOf(svg)).not.toContain('script');
    for (const forbidden of ['\u0000', '\u0001', '\uFFFF', '\uD800']) expect(svg).not.toContain(forbidden);
  });

  it('gives the same bytes for the same plan', () => {
    expect(planSvg(smallPlan(), { title: 'a' })).toBe(planSvg(smallPlan(), { title: 'a' }));
  });

  it('draws a plan without steps', () => {
    const graph = { name: 'none', tensors: [], ops: [], inputs: [], outputs: [] };
    expect(elementsOf(planSvg(planMemory(graph, []), { title: 'nothing' }))[0]).toBe('svg');
  });
});
