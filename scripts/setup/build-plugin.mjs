import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Compiles QEMU's plugin that counts instructions by class into tinyfarm's cache, so that no measurement has to wait for
 * it. What it needs is looked for by `tinyfarm doctor`; without it `--classes` alone does not work.
 */
export async function buildPlugin() {
  const built = (path) => import(pathToFileURL(join(process.cwd(), 'dist', path)).href);
  const [{ readConfig }, { provideClassPlugin }] = await Promise.all([
    built('apps/config.js'),
    built('libs/devices/index.js'),
  ]);
  const sourceDir = join(process.cwd(), 'firmware/tools/instruction-classes');
  try {
    await provideClassPlugin({ sourceDir, cacheDir: join(readConfig().cacheFolder, 'plugins') });
  } catch (error) {
    console.error(`setup: no plugin for --classes: ${error.message}`);
  }
}
