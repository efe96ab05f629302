import { additiveWithoutChoice, macsOnly } from './by-model.mjs';
import { evolution } from './evolution.mjs';
import { ours, oursMisled } from './ours.mjs';
import { byGenes, byWhatIsKnown, inTable, inWholeSpace } from './places.mjs';
import { random } from './random.mjs';

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

const usual = { populationSize: 20, children: 20, mutationProbability: 0.1, place: inTable(byGenes) };
/** The settings that left least after 160 measurements of nine that were tried with the same seeds. */
const tuned = { populationSize: 30, children: 10, mutationProbability: 0.2, place: inTable(byWhatIsKnown) };
const free = { populationSize: 40, children: 4, mutationProbability: 0.1, place: inWholeSpace };

/** How far each is followed, and with which seeds: what has no chance in it needs one. Rivals are what ours is held against. */
export const strategies = [
  { name: 'random', run: random, measurements: 160, seeds },
  { name: 'MACs only', run: macsOnly, measurements: 40, seeds: [1] },
  { name: 'additive model, no choice', run: additiveWithoutChoice, measurements: 40, seeds },
  { name: 'measure-everything evolution', run: evolution(usual), measurements: 160, seeds, isRival: true },
  { name: 'evolution, tuned', run: evolution(tuned), measurements: 160, seeds, isRival: true },
  { name: 'evolution, whole space', run: evolution(free), measurements: 160, seeds, isRival: true },
  { name: 'ours', run: ours, measurements: 40, seeds, isOurs: true },
  { name: 'ours, misled', run: oursMisled, measurements: 40, seeds, isOurs: true },
];
