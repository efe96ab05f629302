// The main job, from a clean clone: two networks, on a Cortex-M4 and a Cortex-M7, measured in QEMU and stored.
import { spawnSync } from 'node:child_process';

const runs = [
  ['examples/in0.json', 'stm32f405'],
  ['examples/vww.json', 'mps2-an386'],
  ['examples/vww.json', 'mps2-an500'],
];

for (const [candidate, target] of runs) {
  console.log(`\n$ npx tinyfarm measure ${candidate} --target ${target} --on qemu`);
  const words = ['bin/tinyfarm.js', 'measure', candidate, '--target', target, '--on', 'qemu'];
  const { status, signal } = spawnSync(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(signal === null ? status : 130);
}

console.log('\n$ npx tinyfarm results');
process.exit(
  spawnSync(process.execPath, ['bin/tinyfarm.js', 'results', '--limit', '3'], { stdio: 'inherit' }).status,
);
