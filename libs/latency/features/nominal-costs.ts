/**
 * Instructions that each part takes in Thumb-2 with the DSP extension, to within a factor of two: where a fit begins,
 * so that a few measurements suffice. Only their proportions matter; a fit finds the common scale by itself.
 */
const nominal: Readonly<Record<string, number>> = {
  'network.base': 100,
  'layer.calls': 100,
  'call.pointwise': 60,
  'call.conv2d': 60,
  'call.depthwise': 150,
  'call.fullyConnected': 60,
  'call.add': 40,
  'call.averagePool2d': 40,
  'call.reshape': 5,
  'region.pointwise': 150,
  'region.conv2d': 100,
  'region.depthwise': 400,
  'region.depthwiseChannels': 20,
  'region.depthwiseRuns': 30,
  'region.add': 150,
  'region.averagePool2d': 100,
  'block.calls': 80,
  'block.channels': 8,
  'block.outputs': 6,
  'block.rounds': 2,
  'block.weights': 3,
  'block.values': 1,
  'block.products': 2,
  'expand.pixels': 16,
  'expand.pairs': 16,
  'expand.quads': 10,
  'expand.tails': 16,
  'expand.tailBytes': 6,
  'gather.pixels': 60,
  'gather.rows': 40,
  'gather.rowBytes': 1,
  'gather.insideTaps': 40,
  'gather.outsideTaps': 40,
  'gather.quads': 10,
  'regionGather.rows': 60,
  'regionGather.pixels': 70,
  'regionGather.windowRows': 60,
  'regionGather.insideTaps': 50,
  'regionGather.outsideTaps': 45,
  'direct.pixels': 60,
  'direct.rows': 15,
  'direct.insideTaps': 20,
  'direct.outsideTaps': 15,
  'direct.quads': 10,
  'direct.padding': 5,
  'plane.cleared': 2,
  'copy.channels': 20,
  'copy.rows': 12,
  'copy.eights': 20,
  'copy.fours': 9,
  'copy.pairs': 5,
  'copy.singles': 3,
  'depthwise3x3s1.blocks': 40,
  'depthwise3x3s2.blocks': 44,
  'depthwise5x5s1.blocks': 94,
  'depthwise5x5s2.blocks': 95,
  'depthwise7x7s1.blocks': 170,
  'depthwise7x7s2.blocks': 160,
  'depthwise3x3s1.channels': 100,
  'depthwise3x3s2.channels': 100,
  'depthwise5x5s1.channels': 150,
  'depthwise5x5s2.channels': 150,
  'depthwise7x7s1.channels': 220,
  'depthwise7x7s2.channels': 220,
  'depthwiseQuads.quads': 100,
  'depthwiseQuads.weights': 9,
  'depthwiseQuads.rows': 60,
  'depthwiseQuads.loads': 45,
  'depthwiseQuads.values': 8,
  'depthwiseQuads.outputs': 40,
  'depthwiseQuads.products': 6,
  'depthwise.rows': 16,
  'depthwise.wholeBlocks': 25,
  'depthwise.lastOutputs': 5,
  'depthwise.lastChecks': 3,
  'dense.groups': 45,
  'dense.steps': 20,
  'dense.rounds': 2,
  'dense.tails': 60,
  'add.quads': 120,
  'add.rest': 35,
  'averagePool2d.outputs': 20,
  'averagePool2d.rows': 10,
  'averagePool2d.taps': 4,
  'averagePool2d.quads': 60,
  'averagePool2d.quadRows': 8,
  'averagePool2d.quadTaps': 8,
};

/** What a part costs that is not in the table, by the last word of its name. */
const usual: Readonly<Record<string, number>> = { rows: 10, tails: 60, outputs: 30, taps: 6, inputs: 4 };

/** Every model has these, whether or not its rows do. */
export const knownFeatures: readonly string[] = Object.keys(nominal).toSorted(byName);

/** What every network costs, whatever its layers. */
export const networkBase = 'network.base';

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
