import type { LayerMeasurement } from '../measurement.ts';

/** Layers of two runs of one network that do the same work; undefined where the other run has no such layer. */
export type LayerPair = readonly [LayerMeasurement | undefined, LayerMeasurement | undefined];

/**
 * Pairs the layers of two runs in their order, so that as much work as possible stands beside its like: layers with
 * MACs by how near their MACs are, others (additions, pooling) by what they are. What one run has folded into another
 * layer, or runs in patches of its own, stands alone.
 */
export function alignLayers(
  ours: readonly LayerMeasurement[],
  theirs: readonly LayerMeasurement[],
): LayerPair[] {
  const best = Array.from({ length: ours.length + 1 }, () => new Float64Array(theirs.length + 1));
  for (let i = ours.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      const paired = likeness(ours[i]!, theirs[j]!);
      best[i]![j] = Math.max(
        best[i + 1]![j]!,
        best[i]![j + 1]!,
        paired === 0 ? 0 : paired + best[i + 1]![j + 1]!,
      );
    }
  }
  const pairs: LayerPair[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length && j < theirs.length) {
    const paired = likeness(ours[i]!, theirs[j]!);
    if (paired > 0 && best[i]![j] === paired + best[i + 1]![j + 1]!) pairs.push([ours[i++], theirs[j++]]);
    else if (best[i]![j] === best[i + 1]![j]) pairs.push([ours[i++], undefined]);
    else pairs.push([undefined, theirs[j++]]);
  }
  for (const layer of ours.slice(i)) pairs.push([layer, undefined]);
  for (const layer of theirs.slice(j)) pairs.push([undefined, layer]);
  return pairs;
}

/** The halo of patches makes layers up to so much larger than they are on the whole image. */
const leastRatio = 0.6;

function likeness(a: LayerMeasurement, b: LayerMeasurement): number {
  if (a.macs > 0 && b.macs > 0) {
    const ratio = Math.min(a.macs, b.macs) / Math.max(a.macs, b.macs);
    if (ratio < leastRatio) return 0;
    return isDepthwise(a) === isDepthwise(b) ? 1 + ratio : ratio / 2;
  }
  return a.macs === b.macs && sortOf(a) === sortOf(b) ? 1 : 0;
}

function isDepthwise({ kind }: LayerMeasurement): boolean {
  return /depthwise/i.test(kind);
}

function sortOf({ name, kind }: LayerMeasurement): string {
  return (
    /add|pool|mean|mul|resize|upsample|reshape|softmax/i.exec(`${kind} ${name}`)?.[0].toLowerCase() ?? kind
  );
}
