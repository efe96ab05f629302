import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

// Starts a device in a process of its own, for a test that kills it: prints the device's tty, then waits.
const [elfPath, workDir] = process.argv.slice(2);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const vite = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
});
const { createQemuDevice } = await vite.ssrLoadModule('/libs/devices/index.ts');
const { systemClock } = await vite.ssrLoadModule('/libs/core/index.ts');
const { findTarget } = await vite.ssrLoadModule('/libs/targets/index.ts');
const device = createQemuDevice({ target: findTarget('mps2-an386'), clock: systemClock, workDir });
const running = await device.start({ elfPath });
process.stdout.write(`${running.ttyPath}\n`);
setInterval(() => {}, 1000);
