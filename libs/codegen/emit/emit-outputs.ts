import { tensorBytes } from '#network';
import { scratchAt, tensorAt, type LayerCode, type LayerContext } from './layer-context.ts';

/** Copies the network's outputs, one after another, to where getOutput points. */
export function emitOutputs(context: LayerContext): LayerCode {
  const { graph } = context.network;
  let offset = 0;
  const copies = graph.outputs.map((id) => {
    const bytes = tensorBytes(graph, id);
    const copy = `memcpy(${scratchAt(context)} + ${offset}, ${tensorAt(context, id)}, ${bytes});`;
    offset += bytes;
    return copy;
  });
  return { definitions: [], call: copies.join('\n    ') };
}
