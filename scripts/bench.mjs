// Figures, each beside its goal: `npm run bench` for all of them, `npm run bench -- NAME …` for some. What follows the
// first option is the bench's own: `npm run bench -- cmsis-nn --cmsis CHECKOUT`.
import { spawnSync } from 'node:child_process';

const benches = {
  spine: 'scripts/bench/spine/bench-spine.mjs',
  kernels: 'scripts/bench/kernels/bench-kernels.mjs',
  latency: 'scripts/bench/latency/bench-latency.mjs',
  boards: 'scripts/bench/boards/bench-boards.mjs',
  farm: 'scripts/bench/farm/bench-farm.mjs',
  search: 'scripts/bench/search/bench-search.mjs',
  'cmsis-nn': 'scripts/bench/cmsis-nn/bench-cmsis-nn.mjs',
  replay: 'scripts/bench/replay/bench-replay.mjs',
};
/** Wants a checkout, and so runs by its name only. */
const onRequest = new Set(['cmsis-nn']);

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith('--'));
const wanted = firstOption === -1 ? words : words.slice(0, firstOption);
const options = words.slice(wanted.length);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`bench: no bench ${unknown.join(', ')}, expected some of ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
let status = 0;
const usual = Object.keys(benches).filter((name) => !onRequest.has(name));
for (const name of wanted.length === 0 ? usual : wanted) {
  console.log(`\n## ${name}\n`);
  status = spawnSync(process.execPath, [benches[name], ...options], { stdio: 'inherit' }).status || status;
}
process.exit(status);
