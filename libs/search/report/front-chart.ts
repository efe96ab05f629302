import { scaleLinear, scaleSequential } from 'd3-scale';
import { chart, domain, xRange, yRange } from './chart.ts';
import { html, type Html } from './html.ts';
import { costLabel, scoreLabel, scoreText } from './labels.ts';
import { grouped, kib } from './numbers.ts';
import type { ReportData, ReportedNetwork } from './report-data.ts';

/** Measured cost against score; colour tells SRAM, a ring the front, a cross what is above a limit. */
export function frontChart(data: ReportData): Html {
  const { networks, limits, unit } = data;
  const x = scaleLinear(domain(networks.map(({ measured }) => measured.cost)), xRange);
  const y = scaleLinear(domain(networks.map(({ score }) => score.value)), yRange);
  const sram = domain(
    networks.map(({ measured }) => measured.sramBytes),
    0,
  );
  const colour = scaleSequential(sram, (share: number) => `hsl(${(210 - 180 * share).toFixed(0)} 75% 48%)`);
  const limit =
    limits.cost !== undefined && x(limits.cost) <= xRange[1]
      ? [
          html`<line
              class="limit"
              x1="${x(limits.cost)}"
              x2="${x(limits.cost)}"
              y1="${yRange[0]}"
              y2="${yRange[1]}"
            />
            <text class="tick" x="${x(limits.cost) - 4}" y="${yRange[1] + 10}" text-anchor="end"
              >limit</text
            >`,
        ]
      : [];
  const steps = staircase(networks.filter(({ onFront }) => onFront));
  const line = steps.map(([cost, score]) => `${x(cost).toFixed(1)},${y(score).toFixed(1)}`).join(' ');
  const marks = [
    ...limit,
    html`<polyline class="front" points="${line}" />`,
    ...networks.map((network) =>
      mark(
        network,
        x(network.measured.cost),
        y(network.score.value),
        colour(network.measured.sramBytes),
        unit,
      ),
    ),
  ];
  const yTitle = networks[0] === undefined ? 'score' : scoreLabel(networks[0].score);
  return html`${chart(
      { scale: x, title: `measured ${costLabel(data)}` },
      { scale: y, title: yTitle },
      marks,
      'Measured cost against score',
    )}
    <p class="legend">
      <span class="ring"></span> on the measured front, <b>×</b> above a limit; SRAM
      <span class="swatch" style="background:${colour(sram[0])}"></span> ${kib(sram[0])} to
      <span class="swatch" style="background:${colour(sram[1])}"></span> ${kib(sram[1])}; the line joins what
      no other network beats in cost and score alone
    </p>`;
}

function mark(network: ReportedNetwork, x: number, y: number, colour: string, unit: string): Html {
  const { name, number, measured, score, feasible, onFront } = network;
  const label = html`<title>
    #${number} ${name}: ${grouped(measured.cost)} ${unit}, ${kib(measured.sramBytes)} SRAM,
    ${scoreLabel(score)}: ${scoreText(score)}
  </title>`;
  if (!feasible) {
    const [left, right, top, bottom] = [x - 4, x + 4, y - 4, y + 4].map((value) => value.toFixed(1));
    return html`<path class="cross" d="M${left} ${top}L${right} ${bottom}M${right} ${top}L${left} ${bottom}"
      >${label}</path
    >`;
  }
  const dot = html`<circle
    class="${onFront ? 'dot member' : 'dot'}"
    cx="${x.toFixed(1)}"
    cy="${y.toFixed(1)}"
    r="${onFront ? 6 : 4}"
    fill="${colour}"
    >${label}</circle
  >`;
  return onFront ? html`<a href="#n${number}">${dot}</a>` : dot;
}

/** The best score that a cost buys, as a stair from left to right. */
function staircase(networks: readonly ReportedNetwork[]): [number, number][] {
  const sorted = networks.toSorted((a, b) => a.measured.cost - b.measured.cost);
  const corners: [number, number][] = [];
  for (const { measured, score } of sorted) {
    const last = corners.at(-1);
    if (last !== undefined && score.value <= last[1]) continue;
    if (last !== undefined) corners.push([measured.cost, last[1]]);
    corners.push([measured.cost, score.value]);
  }
  return corners;
}
