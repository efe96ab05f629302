import type { GeneratedLayer } from '#codegen';
import type { ForeignModel } from './describe-model.ts';
import { functionSpan, layerCalls } from './parse-calls.ts';

/** genModel.c with a call of the counter before each layer, and what is counted. */
export interface MarkedSource {
  readonly source: string;
  readonly layers: readonly GeneratedLayer[];
}

/**
 * A copy of genModel.c that calls `tinyfarm_layer_mark` where a layer begins, and where the function that holds it ends.
 * What lies between layers (the copying of patches) counts as a last layer of its own.
 */
export function markLayers(source: string, { functions, layers }: ForeignModel): MarkedSource {
  const outside = layers.length;
  let next = 0;
  const marks = functions.flatMap((name) => {
    const { from, to } = functionSpan(source, name)!;
    const begins = layerCalls(source.slice(from, to)).map(({ at }) => ({ at: from + at, layer: next++ }));
    return [...begins, { at: to, layer: outside }];
  });
  let [marked, done] = ['', 0];
  for (const { at, layer } of marks.sort((a, b) => a.at - b.at)) {
    marked += `${source.slice(done, at)}\ntinyfarm_layer_mark(${layer});\n`;
    done = at;
  }
  const rest = { name: 'outside', kind: 'between layers', macs: 0, ops: [] };
  return { source: marked + source.slice(done), layers: [...layers, rest] };
}
