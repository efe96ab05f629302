#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/apps/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  console.error("tinyfarm: not built yet; run 'node scripts/setup.mjs' in the project's folder, once");
  process.exitCode = 6;
}
