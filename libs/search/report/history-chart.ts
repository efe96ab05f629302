import { scaleLinear } from 'd3-scale';
import type { Purpose } from '../loop/index.ts';
import { chart, xRange, yRange } from './chart.ts';
import { html, type Html } from './html.ts';
import { percent, signedPercent } from './numbers.ts';
import type { ReportData } from './report-data.ts';

/** The front's hypervolume against the number of measurements; each dot says why the network was measured. */
export function historyChart({ volumes, networks, rounds }: ReportData): Html {
  const x = scaleLinear([0, Math.max(1, volumes.length - 1)], xRange);
  const most = Math.max(...volumes, 1e-9);
  const y = scaleLinear([0, most * 1.06], yRange);
  const points = volumes.map((volume, count) => [x(count), y(volume)] as const);
  const line = points
    .map(([px, py], index) => (index === 0 ? `M${px} ${py}` : `H${px.toFixed(1)}V${py.toFixed(1)}`))
    .join('');
  let seen = 0;
  const ends = rounds.map(({ measured, round }) => {
    seen += measured;
    const at = x(seen).toFixed(1);
    return html`<line class="round" x1="${at}" x2="${at}" y1="${yRange[0]}" y2="${yRange[1]}"
      ><title>end of round ${round}</title></line
    >`;
  });
  const dots = networks.map(({ number, name, purpose }, index) => {
    const [px, py] = points[index + 1]!;
    return html`<circle class="why ${purpose}" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="4">
      <title>#${number} ${name}: ${purpose}</title>
    </circle>`;
  });
  const purposes: readonly Purpose[] = ['improvement', 'exploration', 'boundary'];
  return html`${chart(
      { scale: x, title: 'networks measured', format: String },
      { scale: y, title: 'hypervolume', format: (value) => value.toFixed(2) },
      [...ends, html`<path class="history" d="${line}" />`, ...dots],
      'Hypervolume against measurements',
    )}
    <p class="legend">
      ${purposes.map((purpose) => html`<span class="key ${purpose}"></span> ${purpose} (${networks.filter((network) => network.purpose === purpose).length}); `)}
      dashed lines: the model was fitted again. The hypervolume is what the front dominates of the box from
      the best of each objective to its limit, or where it has none to the worst that the first search found
    </p>`;
}

/** How far each prediction was off, in the order of measuring, with the interval that the model gave. */
export function errorChart({ networks, unit }: ReportData): Html {
  const x = scaleLinear([0.5, networks.length + 0.5], xRange);
  const errors = networks.map(({ predicted, measured }) => predicted.cost / measured.cost - 1);
  const bound = Math.max(...errors.map(Math.abs), 0.001) * 1.3;
  const y = scaleLinear([-bound, bound], yRange).clamp(true);
  const marks = networks.map(({ number, name, predicted, measured, purpose }, index) => {
    const at = x(index + 1).toFixed(1);
    const of = (cost: number): string => y(cost / measured.cost - 1).toFixed(1);
    const inside = predicted.low <= measured.cost && measured.cost <= predicted.high;
    return html`<line
        class="interval"
        x1="${at}"
        x2="${at}"
        y1="${of(predicted.low)}"
        y2="${of(predicted.high)}"
      />
      <circle class="why ${purpose}" cx="${at}" cy="${of(predicted.cost)}" r="3.5">
        <title>
          #${number} ${name}: ${signedPercent(errors[index]!)}, ${inside ? 'inside' : 'outside'} its 90 %
          interval
        </title>
      </circle>`;
  });
  const zero = html`<line class="axis" x1="${xRange[0]}" x2="${xRange[1]}" y1="${y(0)}" y2="${y(0)}" />`;
  return chart(
    {
      scale: x,
      title: 'networks, in the order measured',
      format: (value) => (Number.isInteger(value) ? String(value) : ''),
    },
    { scale: y, title: `predicted / measured ${unit} − 1`, format: (value) => percent(value) },
    [zero, ...marks],
    'Error of each prediction',
  );
}
