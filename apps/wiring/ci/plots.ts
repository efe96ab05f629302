import { groupedCount, growth } from './change-text.ts';
import type { CiVerdict } from './compare.ts';

const rowPx = 34;
const labelPx = 230;
const barPx = 420;
const widthPx = labelPx + barPx + 250;
const colours = { before: '#c9ccd1', same: '#8ecae6', better: '#95d5b2', worse: '#f4a6a0' };

interface Bar {
  readonly label: string;
  readonly before: number | undefined;
  readonly now: number;
}

/** One picture a target with the instructions of its candidates, and one with the layers of each that changed. */
export function plots(verdicts: readonly CiVerdict[]): Map<string, string> {
  const files = new Map<string, string>();
  const targets = new Set(verdicts.map(({ outcome }) => outcome.entry.target.name));
  for (const target of targets) {
    const bars = verdicts.flatMap(({ outcome, before }): Bar[] =>
      outcome.entry.target.name === target && 'numbers' in outcome
        ? [
            {
              label: outcome.entry.candidate,
              before: before?.instructions,
              now: outcome.numbers.instructions,
            },
          ]
        : [],
    );
    files.set(`instructions-${target}.svg`, barsSvg(`Instructions on ${target} (emulated)`, bars));
  }
  for (const { outcome, layers } of verdicts) {
    if (layers.length === 0) continue;
    const { candidate, target } = outcome.entry;
    const bars = layers.map(({ layer, before, now }) => ({
      label: layer,
      before: before ?? 0,
      now: now ?? 0,
    }));
    files.set(
      `layers-${candidate}-${target.name}.svg`,
      barsSvg(`Layers of ${candidate} on ${target.name} that changed, in instructions (emulated)`, bars),
    );
  }
  return files;
}

/** Horizontal bars, what was in grey above what is. The same numbers always give the same bytes. */
function barsSvg(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.flatMap(({ before, now }) => [before ?? 0, now]));
  const heightPx = 56 + bars.length * rowPx;
  const length = (value: number): string => ((value / most) * barPx).toFixed(1);
  const rows = bars.flatMap(({ label, before, now }, i) => {
    const top = 44 + i * rowPx;
    const fill =
      before === undefined || before === now ? colours.same : now > before ? colours.worse : colours.better;
    const change = before === undefined ? ' (new)' : before === now ? '' : ` (${growth(before, now)})`;
    const text = (x: number, anchor: string, words: string): string =>
      `<text x="${x}" y="${top + 16}" text-anchor="${anchor}">${escaped(words)}</text>`;
    return [
      text(labelPx - 8, 'end', label),
      `<rect x="${labelPx}" y="${top}" width="${length(before ?? 0)}" height="10" fill="${colours.before}"/>`,
      `<rect x="${labelPx}" y="${top + 11}" width="${length(now)}" height="12" fill="${fill}"/>`,
      text(labelPx + barPx + 8, 'start', `${groupedCount(now)}${change}`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}" font-family="sans-serif" font-size="12">`,
    `<rect width="${widthPx}" height="${heightPx}" fill="#fff"/>`,
    `<text x="12" y="24" font-size="15">${escaped(title)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
