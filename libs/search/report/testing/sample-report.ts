import { seededRandom } from '#network';
import type { ReportData, ReportedNetwork } from '../report-data.ts';
import { sample, genotypeKey, tinyNasSpace, toGenotype, blockWidthsV2 } from '../../space/index.ts';

const space = tinyNasSpace({
  width: 0.4,
  resolutions: [48, 64, 80],
  classes: 10,
  blockWidths: blockWidthsV2,
});
const purposes = ['improvement', 'exploration', 'boundary'] as const;

/** Of imagined measurements: a report to look at, and to test. */
export function sampleReport(count = 24): ReportData {
  const random = seededRandom(4);
  const share = (): number => random.uint32() / 2 ** 32;
  const networks = Array.from({ length: count }, (_, index): ReportedNetwork => {
    const genotype = toGenotype(space, sample(space, random));
    const macs = 2e6 + 8e6 * share();
    const cost = Math.round(macs * (1.3 + 0.5 * share()));
    const sramBytes = Math.round(30_000 + 90_000 * share());
    const error = ((2 * share() - 1) * 0.3) / (1 + index);
    const mean = cost * (1 + error);
    return {
      key: genotypeKey(genotype),
      name: genotype.name,
      genotype,
      number: index + 1,
      round: 1 + Math.floor(index / 8),
      purpose: purposes[random.integer(0, 2)]!,
      macs,
      plan: 'whole image',
      score: { oracle: 'MACs', kind: 'proxy', value: macs },
      predicted: {
        cost: mean,
        low: mean * 0.97,
        high: mean * 1.03,
        sramBytes: sramBytes + 3000,
        flashBytes: 250_000,
      },
      measured: { cost, sramBytes, flashBytes: 248_000 },
      feasible: sramBytes < 110_000,
      onFront: sramBytes < 110_000 && random.integer(0, 2) === 0,
      measurementId: '6a1c8d8a-0000-4000-8000-000000000000',
      buildHash: 'd66ca3950e2702089ebab4d0832658ba',
      ...(index % 2 === 0 ? { files: { genotype: 'a.json', tflite: 'a.tflite', code: 'a/' } } : {}),
      commands: [`tinyfarm measure ${genotype.name}.json --target mps2-an386`],
    };
  });
  const rounds = Array.from({ length: Math.ceil(count / 8) }, (_, index) => ({
    round: index + 1,
    searched: 3000,
    measured: Math.min(8, count - 8 * index),
    failed: 0,
    costSource: index === 0 ? 'nominal costs' : `a fit to ${8 * index} measurements`,
    meanAbsoluteError: 0.01 / (index + 1),
    margins: { cost: 0.02 / (index + 1), sram: 0, flash: 0 },
    volume: 0.2 + 0.05 * index,
    elapsedMs: 20_000 * (index + 1),
  }));
  return {
    name: 'kitchen',
    target: 'mps2-an386',
    targetDescription: 'Arm MPS2 with FPGA image AN386: Cortex-M4 at 25 MHz',
    fidelity: 'emulated',
    unit: 'instructions',
    limits: { sramBytes: 131_072, flashBytes: 1_048_576, cost: 12e6 },
    objectives: ['cost', 'sram', 'score'],
    space: space.name,
    seed: 1,
    state: 'ended: measurements',
    startedAt: '2026-01-01T00:00:00.000Z',
    elapsedMs: 63_000,
    networks,
    failed: [],
    rounds,
    falseFeasible: [],
    volumes: [0, ...networks.map((_, index) => 0.3 * (1 - 0.85 ** (index + 1)))],
    commands: ['tinyfarm search run --target mps2-an386'],
    versions: { tinyfarm: '0.1.0', node: '20.20.2' },
  };
}
