// The search from a clean clone: limits of a small Cortex-M4, 40 measurements in QEMU, a measured front and its report.
import { spawnSync } from 'node:child_process';

const words = 'search run --local --target mps2-an386 --sram 128k --flash 1M --measurements 40'.split(' ');
console.log(`\n$ npx tinyfarm ${words.join(' ')}`);
const { status, signal } = spawnSync(process.execPath, ['bin/tinyfarm.js', ...words], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
process.exit(signal === null ? status : 130);
