import { FarmError, messageOf } from '#core';
import { checkScores } from './check-scores.ts';
import { encodeGenotype, encodingLength } from './encode-genotype.ts';
import type { AccuracyOracle, OracleKind, OracleQuestion } from './oracle.ts';
import { inBatches } from './request.ts';

/** The part of onnxruntime-node that is used: the module is the user's to install. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(path: string): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: ArrayLike<unknown> }>>;
    }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

export interface OnnxOracleOptions {
  readonly path: string;
  readonly kind: OracleKind;
  readonly loadRuntime?: () => Promise<OnnxRuntime>;
}

/**
 * An accuracy predictor as .onnx: one input, float32 [networks, 227], rows as `encodeGenotype` makes them; its first
 * output has one number a network. Errors: ORACLE_MISSING without onnxruntime-node, ORACLE_FAILED.
 */
export async function onnxOracle(options: OnnxOracleOptions): Promise<AccuracyOracle> {
  const { path, kind, loadRuntime = loadInstalled } = options;
  const name = `predictor ${path}`;
  const { InferenceSession, Tensor } = await loadRuntime();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new FarmError('ORACLE_FAILED', `${name}: ${messageOf(error)}`, { cause: error });
    }
  };
  const session = await guarded(() => InferenceSession.create(path));
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined || session.inputNames.length > 1) {
    throw new FarmError('ORACLE_FAILED', `${name} has ${session.inputNames.length} inputs, expected one`);
  }
  const askBatch = async (questions: readonly OracleQuestion[]): Promise<number[]> => {
    const rows = new Float32Array(questions.length * encodingLength);
    for (const [index, { genotype }] of questions.entries()) {
      rows.set(encodeGenotype(genotype), index * encodingLength);
    }
    const tensor = new Tensor('float32', rows, [questions.length, encodingLength]);
    const outputs = await guarded(() => session.run({ [input]: tensor }));
    return checkScores(name, Array.from(outputs[output]?.data ?? []), questions.length);
  };
  return { name, kind, ask: (questions) => inBatches(questions, askBatch), close: () => Promise.resolve() };
}

async function loadInstalled(): Promise<OnnxRuntime> {
  // A name in a variable: the module may be absent when this is compiled, too.
  const module = 'onnxruntime-node';
  try {
    const loaded = (await import(module)) as OnnxRuntime & { default?: OnnxRuntime };
    return loaded.default ?? loaded;
  } catch (error) {
    throw new FarmError(
      'ORACLE_MISSING',
      'an oracle in ONNX needs the module onnxruntime-node, which is not installed',
      { cause: error },
    );
  }
}
