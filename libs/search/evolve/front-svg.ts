import type { Member } from './member.ts';

const width = 640;
const height = 420;
const margin = { left: 84, top: 56, right: 24, bottom: 48 };

/** Cost against score: those within the limits as dots, the front filled, the others in grey. */
export function frontSvg(members: readonly Member[], front: readonly Member[], title: string): string {
  const isFront = new Set(front.map(({ key }) => key));
  const [first] = members;
  const costs = members.map(({ estimate }) => estimate.cost.mean);
  const scores = members.map(({ score }) => score.value);
  const x = scale(costs, margin.left, margin.left + width);
  const y = scale(scores, margin.top + height, margin.top);
  const scoreName =
    first?.score.kind === 'accuracy' ? `accuracy (${first.score.oracle})` : `${first?.score.oracle}, a proxy`;
  const dots = members.map((member) => {
    const { estimate, score, excess, genotype, key } = member;
    const look =
      excess > 0 ? 'fill="#ccc"' : isFront.has(key) ? 'fill="#c1121f"' : 'fill="#06c" fill-opacity="0.4"';
    return (
      `<circle cx="${x(estimate.cost.mean)}" cy="${y(score.value)}" r="${isFront.has(key) ? 5 : 3}" ${look}>` +
      `<title>${genotype.name}: ${Math.round(estimate.cost.mean)} ${estimate.cost.unit}, ${score.value}</title></circle>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${margin.left + width + margin.right}" ` +
      `height="${margin.top + height + margin.bottom}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${margin.left}" y="24" font-size="15">${escaped(title)}: ${front.length} of ${members.length} on the front</text>`,
    `<rect x="${margin.left}" y="${margin.top}" width="${width}" height="${height}" fill="none" stroke="#888"/>`,
    ...dots,
    ...[Math.min(...costs), Math.max(...costs)].map(
      (cost) =>
        `<text x="${x(cost)}" y="${margin.top + height + 16}" text-anchor="middle">${short(cost)}</text>`,
    ),
    ...[Math.min(...scores), Math.max(...scores)].map(
      (score) => `<text x="${margin.left - 6}" y="${y(score)}" text-anchor="end">${short(score)}</text>`,
    ),
    `<text x="${margin.left + width / 2}" y="${margin.top + height + 36}" text-anchor="middle">predicted ${first?.estimate.cost.unit ?? ''}</text>`,
    `<text transform="translate(16 ${margin.top + height / 2}) rotate(-90)" text-anchor="middle">${escaped(scoreName)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function scale(values: readonly number[], from: number, to: number): (value: number) => string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high > low ? high - low : 1;
  return (value) => (from + ((value - low) / range) * 0.96 * (to - from) + 0.02 * (to - from)).toFixed(1);
}

function short(value: number): string {
  return Math.abs(value) >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : String(Number(value.toPrecision(4)));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
