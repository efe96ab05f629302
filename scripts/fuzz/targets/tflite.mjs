import { generateCode } from '#codegen';
import {
  genotypeToGraph,
  graphMacs,
  randomGenotype,
  randomNetwork,
  readTflite,
  runNetwork,
  seededNetwork,
  seededRandom,
  tensorBytes,
  writeTflite,
} from '#network';
import { damageBytes } from '../damage.mjs';

/** What is read as a network is also run and made into C, where that is soon done. */
const maxMacs = 200_000;
const maxTensorBytes = 1_000_000;

export function createTarget(files) {
  const random = Array.from({ length: 40 }, (_, seed) => randomNetwork(seededRandom(seed)));
  const whole = Array.from({ length: 4 }, (_, seed) =>
    seededNetwork(genotypeToGraph(randomGenotype(seededRandom(seed))), seed),
  );
  const corpus = [...[...random, ...whole].map((network) => writeTflite(network)), ...files];
  return {
    codes: ['CANDIDATE_INVALID', 'CANDIDATE_UNSUPPORTED'],
    make: (source) => damageBytes(source.pick(corpus), source),
    take: (bytes) => {
      const { network } = readTflite(bytes, 'damaged');
      const { graph } = network;
      const isSmall =
        graphMacs(graph) <= maxMacs &&
        graph.tensors.every((_, id) => tensorBytes(graph, id) <= maxTensorBytes);
      if (isSmall) {
        runNetwork(network, new Int8Array(graph.inputs.reduce((sum, id) => sum + tensorBytes(graph, id), 0)));
        generateCode(network);
      }
    },
  };
}
