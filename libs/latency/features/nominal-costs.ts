/**
 * Instructions that each part takes in Thumb-2 with the DSP extension, to within a factor of two: where a fit begins,
 * so that a few measurements suffice. Only their proportions matter; a fit finds the common scale by itself.
 */
const nominal: Readonly<Record<string, number>> = {
  'network.base': 100,
  'layer.calls': 60,
  'row.calls': 60,
  'patch.calls': 60,
  'block.fives': 20,
  'block.fivesOutputs': 70,
  'block.fivesQuads': 20,
  'block.fours': 20,
  'block.foursOutputs': 56,
  'block.foursQuads': 16,
  'block.ones': 20,
  'block.onesOutputs': 24,
  'block.onesQuads': 7,
  'expand.quads': 7,
  'expand.tails': 12,
  'expand.tailBytes': 4,
  'gather.pixels': 40,
  'gather.rows': 30,
  'gather.rowBytes': 1,
  'gather.edgeTaps': 30,
  'gather.quads': 7,
  'plane.cleared': 1,
  'plane.channels': 60,
  'plane.rows': 10,
  'plane.pixels': 4,
  'depthwise3x3s1.blocks': 90,
  'depthwise3x3s2.blocks': 95,
  'depthwise5x5s1.blocks': 140,
  'depthwise5x5s2.blocks': 160,
  'depthwise7x7s1.blocks': 220,
  'depthwise7x7s2.blocks': 240,
  'depthwise.tailOutputs': 12,
  'fullyConnected.outputs': 30,
  'fullyConnected.macs': 5,
  'add.outputs': 40,
  'averagePool2d.outputs': 20,
  'averagePool2d.rows': 10,
  'averagePool2d.taps': 4,
};

/** What a part costs that is not in the table, by the last word of its name. */
const usual: Readonly<Record<string, number>> = { rows: 10, tails: 60, outputs: 30, taps: 6, inputs: 4 };

const depthwiseFeatures = ['3x3s1', '3x3s2', '5x5s1', '5x5s2', '7x7s1', '7x7s2'].flatMap((kind) =>
  ['rows', 'blocks', 'tails'].map((part) => `depthwise${kind}.${part}`),
);

/** Every model has these, whether or not its rows do. */
export const knownFeatures: readonly string[] = [
  ...new Set([...Object.keys(nominal), ...depthwiseFeatures]),
].toSorted(byName);

/** The order of features in a model: independent of that of the rows. */
export function byName(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** In instructions. */
export function nominalCost(feature: string): number {
  return nominal[feature] ?? usual[feature.slice(feature.lastIndexOf('.') + 1)] ?? 10;
}

/** Features whose costs move together: those of one kernel. */
export function groupOf(feature: string): string {
  const group = feature.slice(0, feature.indexOf('.'));
  return group.startsWith('depthwise') ? 'depthwise' : group;
}
