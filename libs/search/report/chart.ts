import { html, Html } from './html.ts';
import { short } from './numbers.ts';

/** Where values lie on a chart's axis; d3-scale's scales are such. */
export interface Scale {
  (value: number): number;
  ticks(count?: number): number[];
}

export interface Axis {
  readonly scale: Scale;
  readonly title: string;
  readonly format?: (value: number) => string;
}

export const chartSize = { width: 640, height: 360, left: 72, right: 16, top: 14, bottom: 48 } as const;
/** Ends of the drawing area, for scales' ranges. */
export const xRange: [number, number] = [chartSize.left, chartSize.width - chartSize.right];
export const yRange: [number, number] = [chartSize.height - chartSize.bottom, chartSize.top];

/** Axes with grid lines, and `marks` over them. */
export function chart(x: Axis, y: Axis, marks: readonly Html[], label: string): Html {
  const { width, height } = chartSize;
  const [left, right] = xRange;
  const [bottom, top] = yRange;
  const vertical = x.scale.ticks(6).map((value) => {
    const at = x.scale(value).toFixed(1);
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" />
      <text class="tick" x="${at}" y="${bottom + 16}" text-anchor="middle"
        >${(x.format ?? short)(value)}</text
      >`;
  });
  const horizontal = y.scale.ticks(5).map((value) => {
    const at = y.scale(value).toFixed(1);
    return html`<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}" />
      <text class="tick" x="${left - 8}" y="${at}" dy="0.32em" text-anchor="end"
        >${(y.format ?? short)(value)}</text
      >`;
  });
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
    ${vertical} ${horizontal}
    <line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" />
    <line class="axis" x1="${left}" x2="${left}" y1="${top}" y2="${bottom}" />
    ${marks}
    <text class="title" x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">${x.title}</text>
    <text class="title" transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">
      ${y.title}
    </text>
  </svg>`;
}

/** From the least to the most, with some room; never empty. */
export function domain(values: readonly number[], room = 0.06): [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const extra = most > least ? room * (most - least) : Math.max(1, Math.abs(most)) * room;
  return [least - extra, most + extra];
}
