import { genotypeToGraph, parseGenotype, type Genotype, type Graph } from '#network';

/** The architecture of MCUNet for visual wake words at 80×80, as published with TinyEngine: 11.6 M MACs. */
export function mcunetVwwGenotype(): Genotype {
  return parseGenotype({
    format: 'tinyfarm-genotype/1',
    name: 'mcunet-vww',
    resolution: 80,
    classes: 2,
    stem: { kernel: 3, stride: 2, channels: 16 },
    blocks: [
      'ir_k3_s1_e1_c8',
      'ir_k3_s2_e6_c16',
      'ir_k3_s1_e3_c16',
      'ir_k3_s1_e3_c16',
      'ir_k7_s2_e3_c24',
      'ir_k3_s1_e6_c24',
      'ir_k5_s1_e5_c24',
      'ir_k7_s2_e6_c40',
      'ir_k7_s1_e6_c40',
      'ir_k3_s1_e6_c48',
      'ir_k3_s1_e4_c48',
      'ir_k5_s2_e5_c96',
      'ir_k3_s1_e5_c96',
      'ir_k3_s1_e4_c96',
      'ir_k7_s1_e3_c160',
    ],
  });
}

export function mcunetVww(): Graph {
  return genotypeToGraph(mcunetVwwGenotype());
}
