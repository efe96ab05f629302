import { scaleLog, scaleLinear } from 'd3-scale';

import { regretAt } from './describe-results.mjs';

const width = 760;
const height = 440;
const xRange = [70, width - 210];
const yRange = [height - 54, 40];
const colours = ['#64748b', '#d97706', '#059669', '#dc2626', '#9333ea', '#db2777', '#2563eb', '#0891b2'];

/** Regret against measurements: medians as lines, from the least to the most as bands. */
export function plotSvg(results) {
  const longest = Math.max(...results.flatMap(({ runs }) => runs.map(({ regrets }) => regrets.length)));
  const x = scaleLinear([0, longest], xRange);
  const y = scaleLog([0.001, 1], yRange).clamp(true);
  const marks = results.map(({ name, runs }, index) => {
    const length = Math.min(...runs.map(({ regrets }) => regrets.length));
    const counts = Array.from({ length }, (_, i) => i + 1);
    const at = (count, value) => `${x(count).toFixed(1)},${y(value).toFixed(1)}`;
    const line = counts.map((count) => at(count, regretAt(runs, count))).join(' ');
    const edge = (of) =>
      counts.map((count) => at(count, of(...runs.map(({ regrets }) => regrets[count - 1]))));
    const band = [...edge(Math.min), ...edge(Math.max).toReversed()].join(' ');
    const labelY = 56 + 22 * index;
    return [
      `<polygon points="${band}" fill="${colours[index]}" opacity="0.1"/>`,
      `<polyline points="${line}" fill="none" stroke="${colours[index]}" stroke-width="2"/>`,
      `<line x1="${xRange[1] + 16}" x2="${xRange[1] + 34}" y1="${labelY}" y2="${labelY}" stroke="${colours[index]}" stroke-width="3"/>`,
      `<text x="${xRange[1] + 40}" y="${labelY + 4}">${name}</text>`,
    ].join('\n');
  });
  const xTicks = x
    .ticks(8)
    .map(
      (value) =>
        `<line x1="${x(value)}" x2="${x(value)}" y1="${yRange[0]}" y2="${yRange[1]}" stroke="#e2e8f0"/><text x="${x(value)}" y="${yRange[0] + 18}" text-anchor="middle">${value}</text>`,
    );
  const yTicks = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].map(
    (value) =>
      `<line x1="${xRange[0]}" x2="${xRange[1]}" y1="${y(value)}" y2="${y(value)}" stroke="#e2e8f0"/><text x="${xRange[0] - 8}" y="${y(value) + 4}" text-anchor="end">${Number((100 * value).toPrecision(2))} %</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#0f172a">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${xRange[0]}" y="24" font-size="15">Hypervolume regret: median of the seeds, bands from least to most</text>`,
    ...xTicks,
    ...yTicks,
    ...marks,
    `<text x="${(xRange[0] + xRange[1]) / 2}" y="${height - 14}" text-anchor="middle">networks measured</text>`,
    `<text transform="translate(18 ${(yRange[0] + yRange[1]) / 2}) rotate(-90)" text-anchor="middle">missing of the table's front</text>`,
    '</svg>',
    '',
  ].join('\n');
}
