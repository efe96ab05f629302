// Kills the server again and again under load and looks at what it leaves behind:
// node scripts/kill-server.mjs [kills] [simulated|emulated|bench|campaign]
import { execa } from 'execa';

const [kills = '100', boards] = process.argv.slice(2);
const spec = boards === 'campaign' ? 'campaign-kill' : 'kill';
const { exitCode } = await execa('npx', ['vitest', 'run', `test/e2e/server/${spec}.spec.ts`], {
  env: { TINYFARM_TEST_KILLS: kills, ...(boards === undefined ? {} : { TINYFARM_TEST_KILL_BOARDS: boards }) },
  stdio: 'inherit',
  reject: false,
});
process.exitCode = exitCode ?? 1;
