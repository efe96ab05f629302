import type { StageOneResult, SurveyedSpace } from './optimise-space.ts';

const width = 640;
const height = 400;
const margin = { left: 64, top: 64, right: 250, bottom: 48 };
/** Of the chosen space, then of those that come next by their mean. */
const colours = ['#c1121f', '#06c', '#2a9d4b', '#b8860b', '#7b3fa0', '#0a8a8a'];

/**
 * For each space the share of its satisfying networks with no more MACs than so many: the further right a curve, the
 * better the space (MCUNet, figure 3). Those with the largest means are coloured and named, the chosen one first.
 */
export function cumulativeSvg({ spaces }: StageOneResult, title: string): string {
  const satisfied = spaces.filter(({ macs }) => macs.length > 0).toSorted((a, b) => b.meanMacs - a.meanMacs);
  const most = Math.max(1, ...satisfied.map(({ macs }) => macs.at(-1)!));
  const unit = 10 ** Math.floor(Math.log10(most));
  const tick =
    [0.1, 0.2, 0.5, 1, 2].map((factor) => factor * unit).find((step) => most / step <= 8) ?? 2 * unit;
  const x = (macs: number): string => (margin.left + (macs / most) * width).toFixed(1);
  const y = (share: number): string => (margin.top + (1 - share) * height).toFixed(1);
  const curve = ({ macs, meanMacs, width: w, resolution, sampled }: SurveyedSpace, look: string): string => {
    const points = macs.map((value, index) => `${x(value)},${y((index + 1) / macs.length)}`);
    return (
      `<polyline points="${x(macs[0]!)},${y(0)} ${points.join(' ')}" fill="none" ${look}><title>w${w} r${resolution}: ` +
      `${macs.length} of ${sampled} satisfy, mean ${millions(meanMacs)}</title></polyline>`
    );
  };
  const named = satisfied.slice(0, colours.length);
  const xTicks = Array.from({ length: Math.floor(most / tick) + 1 }, (_, index) => index * tick);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${margin.left + width + margin.right}" ` +
      `height="${margin.top + height + margin.bottom}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${margin.left}" y="26" font-size="15">${title}</text>`,
    `<text x="${margin.left}" y="46">${satisfied.length} of ${spaces.length} spaces have networks within the limits</text>`,
    `<rect x="${margin.left}" y="${margin.top}" width="${width}" height="${height}" fill="none" stroke="#888"/>`,
    ...satisfied.slice(colours.length).map((space) => curve(space, 'stroke="#ccc" stroke-width="0.8"')),
    ...named.toReversed().map((space, index) => {
      const colour = colours[named.length - 1 - index]!;
      return curve(space, `stroke="${colour}" stroke-width="2"`);
    }),
    ...named.map(
      ({ width: w, resolution, meanMacs, macs, sampled }, index) =>
        `<text x="${margin.left + width + 12}" y="${margin.top + 14 + 18 * index}" fill="${colours[index]!}">` +
        `w${w} r${resolution}: ${millions(meanMacs)}, ${Math.round((100 * macs.length) / sampled)} % satisfy</text>`,
    ),
    ...xTicks.map(
      (macs) =>
        `<text x="${x(macs)}" y="${margin.top + height + 16}" text-anchor="middle">${millions(macs)}</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        `<text x="${margin.left - 6}" y="${y(share)}" text-anchor="end" dominant-baseline="middle">${100 * share} %</text>`,
    ),
    `<text x="${margin.left + width / 2}" y="${margin.top + height + 36}" text-anchor="middle">MACs of networks that satisfy the limits</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function millions(macs: number): string {
  return `${(macs / 1e6).toFixed(1)} M`;
}
