import { scaleLog } from 'd3-scale';
import { chart, xRange, yRange } from './chart.ts';
import { html, type Html } from './html.ts';
import { costLabel } from './labels.ts';
import { grouped } from './numbers.ts';
import type { ReportData } from './report-data.ts';

/** Predicted against measured cost, both logarithmic, with the line of equality. */
export function parityChart(data: ReportData): Html {
  const { networks, unit } = data;
  const costs = networks.flatMap(({ predicted, measured }) => [predicted.cost, measured.cost]);
  const ends: [number, number] = [Math.min(...costs) / 1.1, Math.max(...costs) * 1.1];
  const x = scaleLog(ends, xRange);
  const y = scaleLog(ends, yRange);
  const marks = networks.map(
    ({ number, name, predicted, measured, purpose }) =>
      html`<circle
        class="why ${purpose}"
        cx="${x(measured.cost).toFixed(1)}"
        cy="${y(predicted.cost).toFixed(1)}"
        r="4"
      >
        <title>
          #${number} ${name}: predicted ${grouped(predicted.cost)}, measured ${grouped(measured.cost)} ${unit}
        </title>
      </circle>`,
  );
  const equality = html`<line
    class="equal"
    x1="${x(ends[0])}"
    y1="${y(ends[0])}"
    x2="${x(ends[1])}"
    y2="${y(ends[1])}"
  />`;
  return chart(
    { scale: x, title: `measured ${costLabel(data)}` },
    { scale: y, title: `predicted ${unit}` },
    [equality, ...marks],
    'Predicted against measured',
  );
}
