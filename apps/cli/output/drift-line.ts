import type { DriftFlag } from '#latency';

const causes: Readonly<Record<DriftFlag['cause'], string>> = {
  board: 'the board’s sentinel moved too',
  range: 'the network is unlike those that the model was fitted to',
  layers: 'one kind of layer costs something else than it did',
  unknown: 'unknown; compiler flags and clocks are worth a look',
};

/** A drift flag for people. */
export function driftLine({ id, candidate, board, factor, layerKind, cause }: DriftFlag): string {
  const where = [id.slice(0, 8), board, layerKind].filter((part) => part !== undefined).join(', ');
  return `drift: ${candidate} (${where}) cost ${factor.toFixed(3)} × its prediction; likely cause: ${causes[cause]}`;
}
