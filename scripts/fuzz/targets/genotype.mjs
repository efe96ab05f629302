import { formatGenotype, randomGenotype, seededRandom } from '#network';
import { jsonTarget } from '../json-target.mjs';

export function createTarget(files) {
  return jsonTarget([
    ...Array.from({ length: 20 }, (_, seed) => formatGenotype(randomGenotype(seededRandom(seed)))),
    ...files.map((file) => JSON.parse(file.toString())),
  ]);
}
