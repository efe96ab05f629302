// Kills the server again and again under load and looks at what it leaves behind: node scripts/kill-server.mjs [kills]
import { execa } from 'execa';

const kills = process.argv[2] ?? '100';
const { exitCode } = await execa('npx', ['vitest', 'run', 'test/e2e/server/kill.spec.ts'], {
  env: { TINYFARM_TEST_KILLS: kills },
  stdio: 'inherit',
  reject: false,
});
process.exitCode = exitCode ?? 1;
