import type { FieldLayout, TableLayout } from './verify-flatbuffer.ts';

const int8: FieldLayout = { kind: 'scalar', bytes: 1 };
const int32: FieldLayout = { kind: 'scalar', bytes: 4 };
const int32s: FieldLayout = { kind: 'vector', bytes: 4 };
const text: FieldLayout = { kind: 'string' };

function table(name: string, ...fields: (FieldLayout | undefined)[]): TableLayout {
  return { name, fields };
}

function tables(layout: TableLayout): FieldLayout {
  return { kind: 'tables', layout };
}

const quantization = table(
  'QuantizationParameters',
  undefined,
  undefined,
  int32s,
  { kind: 'vector', bytes: 8 },
  undefined,
  undefined,
  int32,
);

const tensor = table('Tensor', int32s, int8, int32, text, { kind: 'table', layout: quantization }, int8);

const operatorCode = table('OperatorCode', int8, text, int32, int32);

/** What is read of options are up to eight scalars; each must lie within its table. */
const options = table('BuiltinOptions', ...Array.from({ length: 8 }, () => int8));

const operator = table('Operator', int32, int32s, int32s, int8, { kind: 'table', layout: options });

const subGraph = table('SubGraph', tables(tensor), int32s, int32s, tables(operator), text);

const buffer = table('Buffer', { kind: 'vector', bytes: 1 });

/** What the reader follows, in the ids of tflite.fbs. */
export const modelLayout = table(
  'Model',
  int32,
  tables(operatorCode),
  tables(subGraph),
  text,
  tables(buffer),
);
