// What parses, fed with damaged input: `npm run fuzz -- TARGET… [--count N] [--seed N] [--only CASE] [FILE…]`.
// A case is made from the seed and its number alone, so that any can be had again by --only.
import { parseArgs } from 'node:util';
import { fuzzTarget } from './fuzz/run-target.mjs';
import { targetNames } from './fuzz/targets.mjs';

const usage = `expected some of ${targetNames.join(', ')}, --count N, --seed N, --only N, and files to damage`;

function refuse(message) {
  console.error(`fuzz: ${message}`);
  process.exit(2);
}

function wholeNumber(text, name) {
  if (!/^\d{1,9}$/.test(text)) refuse(`--${name} is '${text}', expected a whole number; ${usage}`);
  return Number(text);
}

const options = {
  count: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  only: { type: 'string' },
};
let parsed;
try {
  parsed = parseArgs({ allowPositionals: true, options });
} catch (error) {
  refuse(`${error.message}; ${usage}`);
}
const { values, positionals } = parsed;
const names = positionals.filter((word) => targetNames.includes(word));
const files = positionals.filter((word) => !targetNames.includes(word));
const count = wholeNumber(values.count, 'count');
const seed = wholeNumber(values.seed, 'seed');
const only = values.only === undefined ? undefined : wholeNumber(values.only, 'only');
if (names.length === 0) refuse(usage);
let failed = false;
for (const name of names) {
  const outcome = await fuzzTarget({ name, count, seed, files, only });
  failed ||= outcome.failures.length > 0;
  console.log(
    `${name}: ${outcome.cases} cases of seed ${seed}, ${outcome.accepted} accepted, ${outcome.refused} refused in one line, ` +
      `${outcome.failures.length} failed; slowest ${outcome.slowestMs.toFixed(0)} ms (case ${outcome.slowestCase}), most memory ${(outcome.mostBytes / 2 ** 20).toFixed(0)} MiB`,
  );
  for (const failure of outcome.failures)
    console.error(`fuzz: ${name} case ${failure.index}: ${failure.message}`);
}
process.exit(failed ? 1 : 0);
