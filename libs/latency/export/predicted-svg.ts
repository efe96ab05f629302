import { reportErrors, type PredictedPair } from '../evaluate/index.ts';

const side = 480;
const margin = 64;

/** Predicted against measured, both axes logarithmic, with lines 5 % above and below equality. */
export function predictedSvg(pairs: readonly PredictedPair[], title: string, unit: string): string {
  const values = pairs.flatMap(({ measured, predicted }) => [measured, predicted]);
  const low = Math.log10(Math.min(...values) / 1.1);
  const high = Math.log10(Math.max(...values) * 1.1);
  const along = (value: number): number =>
    Math.min(side, Math.max(0, ((Math.log10(value) - low) / (high - low)) * side));
  const x = (value: number): string => (margin + along(value)).toFixed(1);
  const y = (value: number): string => (margin + side - along(value)).toFixed(1);
  const line = (factor: number, look: string): string => {
    const [from, to] = [10 ** low, 10 ** high];
    const start = Math.max(from, from / factor);
    const end = Math.min(to, to / factor);
    return `<line x1="${x(start)}" y1="${y(start * factor)}" x2="${x(end)}" y2="${y(end * factor)}" ${look}/>`;
  };
  const ticks = ticksBetween(10 ** low, 10 ** high).flatMap((value) => [
    `<text x="${x(value)}" y="${margin + side + 16}" text-anchor="middle">${short(value)}</text>`,
    `<text x="${margin - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${short(value)}</text>`,
  ]);
  const dots = pairs.map(
    ({ candidate, measured, predicted }) =>
      `<circle cx="${x(measured)}" cy="${y(predicted)}" r="3" fill="#06c" fill-opacity="0.6"><title>` +
      `${escaped(candidate)}: measured ${measured}, predicted ${Math.round(predicted)}</title></circle>`,
  );
  const { meanAbsoluteError, within5Percent } = reportErrors(pairs);
  const note = `${pairs.length} networks, mean error ${(100 * meanAbsoluteError).toFixed(2)} %, within 5 %: ${Math.round(100 * within5Percent)} %`;
  const size = side + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size}" height="${size}" fill="#fff"/>`,
    `<rect x="${margin}" y="${margin}" width="${side}" height="${side}" fill="none" stroke="#888"/>`,
    `<text x="${margin}" y="24" font-size="15">${escaped(title)}</text>`,
    `<text x="${margin}" y="46">${note}</text>`,
    line(1, 'stroke="#444"'),
    line(1.05, 'stroke="#bbb" stroke-dasharray="4 3"'),
    line(1 / 1.05, 'stroke="#bbb" stroke-dasharray="4 3"'),
    ...ticks,
    ...dots,
    `<text x="${margin + side / 2}" y="${size - 16}" text-anchor="middle">measured ${escaped(unit)}</text>`,
    `<text transform="translate(14 ${margin + side / 2}) rotate(-90)" text-anchor="middle">predicted ${escaped(unit)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** 1, 2 and 5 times powers of ten. */
function ticksBetween(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const step of [1, 2, 5]) ticks.push(step * 10 ** power);
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

function short(value: number): string {
  return value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
