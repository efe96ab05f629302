import { z } from 'zod';
import { FarmError } from '#core';
import { formatBlock, parseBlock, type InvertedResidual } from './block-string.ts';

export interface Stem {
  readonly kernel: number;
  readonly stride: number;
  readonly channels: number;
}

/** A point of a search space: stem, inverted residual blocks, global average pool, classifier. */
export interface Genotype {
  readonly name: string;
  /** Height and width of the input. */
  readonly resolution: readonly [number, number];
  readonly inputChannels: number;
  readonly classes: number;
  readonly stem: Stem;
  readonly blocks: readonly InvertedResidual[];
  /** Channels of a 1x1 convolution before the pool; absent: there is none. */
  readonly featureMix?: number;
  /** Of the weights. */
  readonly seed: number;
}

export const genotypeFormat = 'tinyfarm-genotype/1';

const count = (max: number): z.ZodNumber => z.int().min(1).max(max);
const size = count(1024);

const genotypeSchema = z.strictObject({
  format: z.literal(genotypeFormat),
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'expected letters, digits, ".", "_" and "-"'),
  resolution: z.union([size, z.tuple([size, size])], 'expected a size up to 1024 or [height, width]'),
  inputChannels: count(1024).default(3),
  classes: count(100_000),
  stem: z.strictObject({
    kernel: z
      .int()
      .min(1)
      .max(31)
      .refine((kernel) => kernel % 2 === 1, 'expected an odd number'),
    stride: count(4),
    channels: count(9999),
  }),
  blocks: z.array(z.string()).max(1000),
  featureMix: count(9999).optional(),
  seed: z.int().min(0).max(0xffffffff).default(1),
});

/** From parsed JSON. CANDIDATE_INVALID names the field that is wrong, and what was expected. */
export function parseGenotype(json: unknown): Genotype {
  const parsed = genotypeSchema.safeParse(json);
  if (!parsed.success) {
    throw new FarmError('CANDIDATE_INVALID', `genotype: ${describeIssue(parsed.error.issues[0]!)}`);
  }
  const { name, resolution, inputChannels, classes, stem, featureMix, seed } = parsed.data;
  return {
    name,
    resolution: typeof resolution === 'number' ? [resolution, resolution] : resolution,
    inputChannels,
    classes,
    stem,
    blocks: parsed.data.blocks.map((block, index) => parseBlock(block, `genotype: blocks[${index}]`)),
    ...(featureMix === undefined ? {} : { featureMix }),
    seed,
  };
}

/** The JSON document of a genotype, as `parseGenotype` reads it. */
export function formatGenotype(genotype: Genotype): Record<string, unknown> {
  const [height, width] = genotype.resolution;
  return {
    format: genotypeFormat,
    ...genotype,
    resolution: height === width ? height : [height, width],
    blocks: genotype.blocks.map(formatBlock),
  };
}

/** The first problem zod found, as `blocks[3]: Invalid input: expected string, received number`. */
export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
