import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { FarmError, messageOf } from '#core';
import { graphMacs, parameterBytes, tensorBytes } from '../graph/counts.ts';
import type { Graph } from '../graph/graph.ts';
import type { Network } from '../graph/network.ts';
import { parseGenotype, type Genotype } from '../genotype/genotype.ts';
import { genotypeToGraph } from '../genotype/genotype-to-graph.ts';
import { seededNetwork } from '../genotype/seeded-network.ts';
import { parseSubnet } from '../genotype/subnet.ts';
import { readTflite } from '../tflite/read-tflite.ts';

export type CandidateKind = 'genotype' | 'subnet' | 'tflite';

/** A network to be measured, whatever it came from. */
export interface Candidate {
  readonly name: string;
  readonly kind: CandidateKind;
  readonly graph: Graph;
  readonly network: Network;
  /** Where it was a genotype or a subnet. */
  readonly genotype?: Genotype;
  /** What of a .tflite was left out, such as float ends: a line each. */
  readonly notes: readonly string[];
  /** SHA-256 of the content that was read, in hexadecimal. */
  readonly hash: string;
}

export interface ReadCandidateOptions {
  /** Instead of the name in the content or of the file. */
  readonly name?: string;
}

const maxBytes = 64 * 1024 * 1024;
/** Ten seconds on a fast microcontroller. */
const maxMacs = 2e9;

/** Reads a candidate from a file or from bytes. FILE_NOT_READABLE, CANDIDATE_INVALID, CANDIDATE_UNSUPPORTED. */
export async function readCandidate(
  source: string | Uint8Array,
  options: ReadCandidateOptions = {},
): Promise<Candidate> {
  if (typeof source !== 'string') {
    return parseCandidate(source, options.name ?? 'candidate', options);
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(source);
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `${source} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return parseCandidate(bytes, basename(source, extname(source)), options);
}

function parseCandidate(bytes: Uint8Array, fallbackName: string, options: ReadCandidateOptions): Candidate {
  if (bytes.length === 0 || bytes.length > maxBytes) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${fallbackName} has ${bytes.length} bytes, expected 1 to ${maxBytes}`,
    );
  }
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (isTflite(bytes)) {
    const name = options.name ?? fallbackName;
    const { network, notes } = readTflite(bytes, name);
    return { name, kind: 'tflite', graph: network.graph, network, notes, hash };
  }
  const json = parseJson(bytes, fallbackName);
  const kind = kindOf(json, fallbackName);
  const read = kind === 'genotype' ? parseGenotype(json) : parseSubnet(json, fallbackName);
  const genotype = options.name === undefined ? read : { ...read, name: options.name };
  const graph = genotypeToGraph(genotype);
  requireModest(graph, fallbackName);
  const network = seededNetwork(graph, genotype.seed);
  return { name: genotype.name, kind, graph, network, genotype, notes: [], hash };
}

/** Weights are made by running the network: what no microcontroller would ever finish is refused before. */
function requireModest(graph: Graph, name: string): void {
  const [macs, parameters] = [graphMacs(graph), parameterBytes(graph)];
  const largest = Math.max(...graph.tensors.map((_, id) => tensorBytes(graph, id)));
  for (const [what, value, most] of [
    ['MACs', macs, maxMacs],
    ['bytes of parameters', parameters, maxBytes],
    ['bytes in one tensor', largest, maxBytes],
  ] as const) {
    if (value > most) {
      throw new FarmError('CANDIDATE_INVALID', `${name} has ${value} ${what}, expected at most ${most}`);
    }
  }
}

/** By the file identifier, or by bytes that no JSON begins with. */
function isTflite(bytes: Uint8Array): boolean {
  const identifier = String.fromCharCode(...bytes.subarray(4, 8));
  return identifier === 'TFL3' || bytes.subarray(0, 16).includes(0);
}

/** Reads only the genotype, from a genotype or subnet file; FILE_NOT_READABLE, CANDIDATE_INVALID. */
export async function readGenotype(path: string): Promise<Genotype> {
  const name = basename(path, extname(path));
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new FarmError('FILE_NOT_READABLE', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const json = parseJson(bytes, name);
  return kindOf(json, name) === 'genotype' ? parseGenotype(json) : parseSubnet(json, name);
}

function parseJson(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${name} is not JSON: ${messageOf(error)}, expected a genotype, a subnet or a .tflite`,
      { cause: error },
    );
  }
}

function kindOf(json: unknown, name: string): 'genotype' | 'subnet' {
  if (typeof json === 'object' && json !== null) {
    if ('format' in json) {
      return 'genotype';
    }
    if ('first_conv' in json) {
      return 'subnet';
    }
  }
  throw new FarmError(
    'CANDIDATE_INVALID',
    `${name} has neither "format" (a genotype) nor "first_conv" (a subnet), expected one of them`,
  );
}
