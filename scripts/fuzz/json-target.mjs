import { genotypeToGraph, graphMacs, parseGenotype, parseSubnet, readCandidate } from '#network';
import { damageBytes, damageJson } from './damage.mjs';

/** Weights are made by running the network, which takes seconds where it is large, and is refused where it is vast. */
const smallMacs = 1e6;
const vastMacs = 2e9;

/** Candidates in JSON, damaged as values and as bytes. */
export function jsonTarget(corpus) {
  const encoder = new TextEncoder();
  return {
    codes: ['CANDIDATE_INVALID', 'CANDIDATE_UNSUPPORTED'],
    make: (random) => {
      const json = encoder.encode(JSON.stringify(damageJson(random.pick(corpus), random)));
      return random.integer(0, 4) === 0 ? damageBytes(json, random) : json;
    },
    take: async (bytes) => {
      const macs = macsOf(bytes);
      if (macs === undefined || macs <= smallMacs || macs > vastMacs) await readCandidate(bytes);
    },
  };
}

/** Undefined where it is no network; the reader has to say why. */
function macsOf(bytes) {
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return graphMacs(genotypeToGraph('format' in json ? parseGenotype(json) : parseSubnet(json, 'damaged')));
  } catch {
    return undefined;
  }
}
