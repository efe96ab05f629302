import type { LayerShape, NetworkLayer } from './layer-shape.ts';

interface Entry<T> {
  readonly layer: NetworkLayer;
  readonly value: T;
}

/** Values of layers; those of the same kind with the same calls are one, whatever their names. */
export class LayerMap<T> {
  readonly #buckets = new Map<number, Entry<T>[]>();

  get(layer: NetworkLayer): T | undefined {
    const bucket = this.#buckets.get(hashOf(layer));
    if (bucket === undefined) return undefined;
    for (const entry of bucket) if (isSame(entry.layer, layer)) return entry.value;
    return undefined;
  }

  /** Of a layer that has none yet. */
  add(layer: NetworkLayer, value: T): void {
    const hash = hashOf(layer);
    const bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, [{ layer, value }]);
    else bucket.push({ layer, value });
  }
}

/** Of the sizes that differ most; a search asks for millions. */
function hashOf({ parts }: NetworkLayer): number {
  let hash = parts.length;
  for (const { calls, shape } of parts) {
    hash = mixed(hash, calls);
    hash = mixed(hash, shape.inHeight);
    hash = mixed(hash, shape.inChannels);
    hash = mixed(hash, shape.outHeight);
    hash = mixed(hash, shape.outChannels);
    hash = mixed(hash, shape.kernelHeight * 64 + shape.padTop);
  }
  return hash;
}

/** FNV-1a's step, on whole numbers. */
function mixed(hash: number, value: number): number {
  return Math.imul(hash ^ value, 0x01000193);
}

function isSame(a: NetworkLayer, b: NetworkLayer): boolean {
  if (a.kind !== b.kind || a.parts.length !== b.parts.length) return false;
  for (let i = 0; i < a.parts.length; i++) {
    const [one, other] = [a.parts[i]!, b.parts[i]!];
    if (one.calls !== other.calls || !isSameShape(one.shape, other.shape)) return false;
  }
  return true;
}

function isSameShape(a: LayerShape, b: LayerShape): boolean {
  return (
    a === b ||
    (a.kernel === b.kernel &&
      a.form === b.form &&
      a.inHeight === b.inHeight &&
      a.inWidth === b.inWidth &&
      a.inChannels === b.inChannels &&
      a.outHeight === b.outHeight &&
      a.outWidth === b.outWidth &&
      a.outChannels === b.outChannels &&
      a.kernelHeight === b.kernelHeight &&
      a.kernelWidth === b.kernelWidth &&
      a.strideHeight === b.strideHeight &&
      a.strideWidth === b.strideWidth &&
      a.padTop === b.padTop &&
      a.padLeft === b.padLeft &&
      a.runs === b.runs &&
      a.copies === b.copies &&
      a.pixelsTogether === b.pixelsTogether)
  );
}
