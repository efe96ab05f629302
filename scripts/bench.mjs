// Figures, each beside its goal: `npm run bench` for all of them, `npm run bench -- NAME …` for some.
import { spawnSync } from 'node:child_process';

const benches = {
  spine: 'scripts/bench/spine/bench-spine.mjs',
  kernels: 'scripts/bench/kernels/bench-kernels.mjs',
  latency: 'scripts/bench/latency/bench-latency.mjs',
  boards: 'scripts/bench/boards/bench-boards.mjs',
  farm: 'scripts/bench/farm/bench-farm.mjs',
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`bench: no bench ${unknown.join(', ')}, expected some of ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
let status = 0;
for (const name of wanted.length === 0 ? Object.keys(benches) : wanted) {
  console.log(`\n## ${name}\n`);
  status = spawnSync(process.execPath, [benches[name]], { stdio: 'inherit' }).status || status;
}
process.exit(status);
