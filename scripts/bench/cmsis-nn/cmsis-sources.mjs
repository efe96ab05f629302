// CMSIS-NN's own files, read from a checkout that the user names.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const groups = [
  'BasicMathFunctions',
  'ConvolutionFunctions',
  'FullyConnectedFunctions',
  'NNSupportFunctions',
  'PoolingFunctions',
  'SoftmaxFunctions',
];

/** Other types of number, and operators that no layer here calls. */
const isUnneeded = (name) =>
  /_(?:f16|f32|s4|s64)(?:_|\.)|lstm|svdf|batch_matmul|transpose_conv|maximum|minimum|_mul_/.test(name) ||
  (/_s16(?:_|\.)/.test(name) && !/s8_(?:s16|to_s16)|to_s16/.test(name));

export const isCmsis = (checkout) => existsSync(join(checkout, 'Include/arm_nnfunctions.h'));

/** Sources and headers as files of a generated network: headers in Include/, each source a unit of its own. */
export function cmsisSources(checkout) {
  const include = join(checkout, 'Include');
  const headers = readdirSync(include, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.h'))
    .map((entry) => join(entry.parentPath, entry.name));
  const sources = groups.flatMap((group) => {
    const folder = join(checkout, 'Source', group);
    return readdirSync(folder)
      .filter((name) => /\.[ch]$/.test(name) && !isUnneeded(name))
      .map((name) => ({ path: `Source/${name}`, content: readFileSync(join(folder, name), 'utf8') }));
  });
  return [
    ...headers.map((path) => ({
      path: join('Include', relative(include, path)),
      content: readFileSync(path, 'utf8'),
    })),
    ...sources,
  ];
}
