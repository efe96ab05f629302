import type { ErrorReport, ModelVersion } from '#latency';

import { count, millions } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';

/** 0.0123 as `1.23 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** `emulated model 3 of mps2-an386, in instructions` */
export function titleOf({ model, version }: ModelVersion): string {
  return `${model.fidelity} model ${version} of ${model.target}, in ${unitOf(model)}`;
}

/** An emulated count is never shown without saying so. */
export function unitOf({ unit }: Pick<ModelVersion['model'], 'unit'>): string {
  return unit === 'instructions' ? 'instructions (emulated)' : unit;
}

/** A version for people. */
export function modelReport(version: ModelVersion): string {
  const { model, report, code, createdAtMs, decision } = version;
  const [least, most] = model.macs;
  const lines = [
    titleOf(version),
    `  fitted       ${new Date(createdAtMs).toISOString()} by ${code}`,
    `  decision     ${decision}`,
    `  rows         ${model.rows}, ${millions(least)} to ${millions(most)} MACs`,
    `  begins with  ${model.prior}`,
    `  held out     ${errorLine(report.crossValidation)}`,
    `  interval     ${percent(report.coverage)} of the held-out rows inside their 90 % interval`,
  ];
  if (model.classShares !== undefined) {
    const { classes, shares } = model.classShares;
    lines.push(`  classes      ${classes.join(', ')}: shares of ${Object.keys(shares).length} features`);
  }
  const offsets = report.boards.filter(({ significant }) => significant);
  for (const { board, factor, standardError } of offsets) {
    lines.push(`  board        ${board} is ${percent(factor - 1)} off (± ${percent(standardError)})`);
  }
  for (const { id, candidate, factor } of report.outliers) {
    lines.push(`  left out     ${candidate} (${id.slice(0, 8)}): ${factor.toFixed(3)} × what was expected`);
  }
  return [...lines, '', ...bandLines(report.crossValidation), worstTable(report.crossValidation)].join('\n');
}

export function errorLine(report: ErrorReport): string {
  return (
    `mean error ${percent(report.meanAbsoluteError)}, median ${percent(report.medianAbsoluteError)}, ` +
    `largest ${percent(report.maxAbsoluteError)}; within 5 %: ${percent(report.within5Percent)}, ` +
    `within 10 %: ${percent(report.within10Percent)}`
  );
}

function bandLines({ bands }: ErrorReport): string[] {
  const ranked = bands.filter(({ tau }) => tau !== null);
  if (ranked.length === 0) return [];
  const lines = ranked.map(
    ({ fromMacs, toMacs, networks, tau }) =>
      `  ${millions(fromMacs)} to ${millions(toMacs)} MACs: ${tau!.toFixed(3)} (${networks} networks)`,
  );
  return ["Kendall's tau within bands of equal size:", ...lines, ''];
}

/** The largest errors, with their networks. */
export function worstTable({ worst }: ErrorReport): string {
  const rows = worst.map(({ candidate, macs, measured, predicted, error }) => [
    candidate,
    count(macs),
    count(measured),
    count(Math.round(predicted)),
    percent(error),
  ]);
  return table(['largest errors', 'MACs>', 'measured>', 'predicted>', 'error>'], rows);
}
