import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileSafely } from '../write-file-safely.ts';
import { formatBaseline, type Baseline } from './baseline.ts';
import type { CiVerdict } from './compare.ts';
import { junitXml } from './junit.ts';
import { plots } from './plots.ts';
import { summaryMarkdown } from './summary.ts';

export interface Report {
  readonly verdicts: readonly CiVerdict[];
  readonly gone: readonly string[];
  readonly baseline: Baseline | undefined;
  /** What was measured, in the form of a baseline. */
  readonly measured: Baseline;
}

/** Writes junit.xml, summary.md, results.json and plots/*.svg; what a former run left in plots/ is gone. */
export async function writeReport(folder: string, report: Report): Promise<void> {
  const { verdicts, gone, baseline, measured } = report;
  const summary = summaryMarkdown(verdicts, {
    compiler: measured.compiler,
    baselineCompiler: baseline?.compiler,
    gone,
  });
  await rm(join(folder, 'plots'), { recursive: true, force: true });
  await writeFileSafely(join(folder, 'junit.xml'), junitXml(verdicts));
  await writeFileSafely(join(folder, 'summary.md'), summary);
  await writeFileSafely(join(folder, 'results.json'), formatBaseline(measured));
  for (const [name, svg] of plots(verdicts)) await writeFileSafely(join(folder, 'plots', name), svg);
}
