import { FarmError } from '#core';
import type { GeneratedLayer } from '#codegen';
import { inputOf, macsOf, normalisePlace, outputOf, type LayerOutput } from './layer-shape.ts';
import { functionBody, layerCalls, type LayerCall } from './parse-calls.ts';

/** Sizes that the generated code does not always tell. */
export interface ShapeHints {
  readonly inputBytes?: number | undefined;
  readonly outputBytes?: number | undefined;
}

/** What the harness needs to know of generated TinyEngine code. */
export interface ForeignModel {
  readonly arenaBytes: number;
  /** Run patch by patch; the image then lies outside of the arena. */
  readonly patched: boolean;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** The outputs of a detector; empty where `getOutput` tells all. */
  readonly outputs: readonly LayerOutput[];
  /** The C statement that is one inference. */
  readonly entry: string;
  /** The functions that hold the layers, in the order of `layers`. */
  readonly functions: readonly string[];
  readonly layers: readonly GeneratedLayer[];
}

/**
 * Reads genModel.h and genModel.c. Error CANDIDATE_INVALID where they lack what the generator writes; where only the size
 * of input or output cannot be told from the code it says so, and a hint helps.
 */
export function describeModel(header: string, source: string, hints: ShapeHints = {}): ForeignModel {
  const arena = /^static\s+signed\s+char\s+buffer\s*\[\s*(\d+)\s*\]\s*;/m.exec(header)?.[1];
  if (arena === undefined) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      'genModel.h has no "static signed char buffer[N];", expected the code of TinyEngine\'s generator',
    );
  }
  const invoke = functionBody(source, 'invoke');
  if (invoke === undefined) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      "genModel.c has no function invoke, expected TinyEngine's entry point",
    );
  }
  const patch = functionBody(source, 'invoke_1patch');
  const patched = patch !== undefined;
  // The training step; its inference is a function of its own, which elsewhere may be cut off.
  const training = /\blabels\b/.test(invoke);
  const inference = training ? functionBody(source, 'invoke_inf') : undefined;
  const body = inference ?? invoke;
  const calls = layerCalls(body);
  const patchCalls = patched ? layerCalls(patch) : [];
  const outputs = detectorOutputs(source, calls);
  const weightCounts = new Map(
    [...header.matchAll(/^(?:const\s+)?unsigned\s+char\s+(\w+)\s*\[\s*(\d+)\s*\]/gm)].map(
      ([, name, count]) => [name!, Number(count)] as const,
    ),
  );
  const image = patched ? patchedImage(functionBody(source, 'end2endinference') ?? '') : undefined;
  return {
    arenaBytes: Number(arena),
    patched,
    inputBytes: sizeOf(
      'input',
      hints.inputBytes,
      patched ? image?.bytes : calls[0] === undefined ? undefined : inputOf(calls[0])?.bytes,
    ),
    outputBytes: sizeOf(
      'output',
      hints.outputBytes,
      outputs.length > 0
        ? outputs.reduce((sum, output) => sum + output.bytes, 0)
        : singleOutput(header, calls)?.bytes,
    ),
    outputs,
    entry: patched ? 'end2endinference(image)' : training ? 'invoke_inf()' : 'foreign_invoke(NULL)',
    functions: [...(patched ? ['invoke_1patch'] : []), inference === undefined ? 'invoke' : 'invoke_inf'],
    layers: [
      ...layersOf(patchCalls, weightCounts, 'patch', image?.patches ?? 1),
      ...layersOf(calls, weightCounts, '', 1),
    ],
  };
}

function sizeOf(what: string, hint: number | undefined, found: number | undefined): number {
  if (hint === undefined && found === undefined) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `the size of the network's ${what} cannot be told from genModel.c, expected it to be given in bytes`,
    );
  }
  if (hint !== undefined && found !== undefined && hint !== found) {
    throw new FarmError(
      'CANDIDATE_INVALID',
      `the network's ${what} has ${found} bytes in genModel.c, expected ${hint} as given`,
    );
  }
  return hint ?? found!;
}

function singleOutput(header: string, calls: readonly LayerCall[]): LayerOutput | undefined {
  const place = /^#define\s+NNoutput\s+(\S+)/m.exec(header)?.[1];
  const outputs = calls.map((call) => outputOf(call)).filter((output) => output !== undefined);
  return place === undefined
    ? undefined
    : outputs.findLast((output) => output.place === normalisePlace(place));
}

/** Of det_post_procesing's table, in its order. */
function detectorOutputs(source: string, calls: readonly LayerCall[]): LayerOutput[] {
  const table = /\binput_data\s*\[\s*3\s*\]\s*=\s*\{(?<places>[^}]*)\}/.exec(source)?.groups?.['places'];
  if (table === undefined) {
    return [];
  }
  const written = calls.map((call) => outputOf(call)).filter((output) => output !== undefined);
  return table
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const found = written.findLast((output) => output.place === normalisePlace(text));
      if (found === undefined) {
        throw new FarmError(
          'CANDIDATE_INVALID',
          `no layer of genModel.c writes the detector's output ${text}`,
        );
      }
      return found;
    });
}

/** From the lines that copy a patch out of the image: n × n patches of a row of `img_w` pixels of 3 bytes. */
function patchedImage(body: string): { readonly bytes: number; readonly patches: number } | undefined {
  const count = Number(/\bi\s*<\s*(\d+)/.exec(body)?.[1]);
  const width = Number(/start_x\s*\+\s*start_y\s*\*\s*(\d+)/.exec(body)?.[1]);
  const rows = Number(/start_y\s*=\s*TN_MAX\(\s*(\d+)\s*\*/.exec(body)?.[1]);
  const bytes = width * rows * count * 3;
  return Number.isInteger(bytes) && bytes > 0 ? { bytes, patches: count * count } : undefined;
}

function layersOf(
  calls: readonly LayerCall[],
  weightCounts: ReadonlyMap<string, number>,
  prefix: string,
  times: number,
): GeneratedLayer[] {
  return calls.map((call, i) => ({
    name: `${prefix}${String(i).padStart(2, '0')}_${call.op.toLowerCase()}`,
    kind: call.kernel,
    macs: macsOf(call, weightCounts) * times,
    ops: [],
  }));
}
