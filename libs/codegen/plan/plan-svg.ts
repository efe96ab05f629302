import type { ArenaBlock, MemoryPlan } from './memory-plan.ts';
import { escapeXml, fitText, grouped, kib } from './svg-text.ts';

export interface PlanSvgOptions {
  readonly title: string;
  /** Drawn as a line of its own: how much the target has, or how much is allowed. */
  readonly limitBytes?: number;
}

const MARGIN = { left: 64, right: 24, top: 64 };
const CHART_HEIGHT = 440;
const LABEL_CHAR_PX = 5.6;
const STEP_CHAR_PX = 6.2;
/** Neighbouring blocks get colours far apart. */
const FILLS = [
  '#8ecae6',
  '#ffb703',
  '#95d5b2',
  '#f4a6a0',
  '#cdb4db',
  '#d9ed92',
  '#fb8500',
  '#a3b18a',
  '#90a8ed',
  '#e5c29f',
];
const SCRATCH_FILL = '#c9ccd1';
const FONT = 'font-family="Helvetica, Arial, sans-serif"';

interface Scale {
  readonly columnPx: number;
  readonly topBytes: number;
}

/**
 * The arena (upwards, in KiB) against the steps (to the right) as SVG: one labelled rectangle a block, the peak as a
 * line, the step that needs most shaded. The same plan always gives the same bytes.
 */
export function planSvg(plan: MemoryPlan, { title, limitBytes }: PlanSvgOptions): string {
  const stepCount = Math.max(1, plan.stepNames.length);
  const scale: Scale = {
    columnPx: Math.min(72, Math.max(22, 1100 / stepCount)),
    topBytes: Math.max(plan.arenaBytes, limitBytes ?? 0, 1) * 1.06,
  };
  const chartWidth = scale.columnPx * stepCount;
  const longestName = Math.max(0, ...plan.stepNames.map((name) => Array.from(name).length));
  const width = Math.max(560, MARGIN.left + chartWidth + MARGIN.right);
  const height = MARGIN.top + CHART_HEIGHT + 28 + longestName * STEP_CHAR_PX;
  const busiest = busiestStep(plan, stepCount);
  const name = plan.stepNames[busiest.step] ?? '';
  const summary =
    `arena ${kib(plan.arenaBytes)} (${grouped(plan.arenaBytes)} bytes), ${plan.stepNames.length} steps; ` +
    `most alive: ${kib(busiest.bytes)} in ${name}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}" ` +
      `viewBox="0 0 ${px(width)} ${px(height)}" ${FONT} role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${MARGIN.left}" y="26" font-size="16" font-weight="bold">${escapeXml(title)}</text>`,
    `<text x="${MARGIN.left}" y="45" font-size="12" fill="#444444">${escapeXml(summary)}</text>`,
    `<rect x="${px(x(scale, busiest.step))}" y="${MARGIN.top}" width="${px(scale.columnPx)}" ` +
      `height="${CHART_HEIGHT}" fill="#fff3d6"/>`,
    ...bytesAxis(scale, chartWidth),
    ...plan.blocks.map((block, index) => blockRect(block, index, scale)),
    ...stepAxis(plan, scale, busiest.step),
    line(scale, chartWidth, plan.arenaBytes, '#c1121f', `peak ${kib(plan.arenaBytes)}`, 'end'),
    ...(limitBytes === undefined
      ? []
      : [line(scale, chartWidth, limitBytes, '#1d3557', `limit ${kib(limitBytes)}`, 'start')]),
    '</svg>',
    '',
  ].join('\n');
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function x(scale: Scale, step: number): number {
  return MARGIN.left + step * scale.columnPx;
}

function y(scale: Scale, bytes: number): number {
  return MARGIN.top + CHART_HEIGHT * (1 - bytes / scale.topBytes);
}

function busiestStep(plan: MemoryPlan, stepCount: number): { step: number; bytes: number } {
  const live = Array.from({ length: stepCount }, (_, step) =>
    plan.blocks.reduce(
      (sum, block) => (block.firstStep <= step && step <= block.lastStep ? sum + block.sizeBytes : sum),
      0,
    ),
  );
  const bytes = Math.max(...live);
  return { step: live.indexOf(bytes), bytes };
}

function blockRect(block: ArenaBlock, index: number, scale: Scale): string {
  const left = x(scale, block.firstStep);
  const width = (block.lastStep - block.firstStep + 1) * scale.columnPx;
  const top = y(scale, block.offsetBytes + block.sizeBytes);
  const height = y(scale, block.offsetBytes) - top;
  const isScratch = block.tensors.length === 0;
  const fill = isScratch ? SCRATCH_FILL : FILLS[index % FILLS.length]!;
  const tip =
    `${block.name}: ${grouped(block.sizeBytes)} bytes at ${grouped(block.offsetBytes)}, ` +
    `steps ${block.firstStep} to ${block.lastStep}`;
  const labels = blockLabels(block, left + width / 2, top + height / 2, width, height);
  return (
    `<g><title>${escapeXml(tip)}</title><rect x="${px(left)}" y="${px(top)}" width="${px(width)}" ` +
    `height="${px(height)}" fill="${fill}" fill-opacity="0.85" stroke="#333333" stroke-width="0.6"` +
    `${isScratch ? ' stroke-dasharray="3 2"' : ''}/>${labels}</g>`
  );
}

/** Name and size in the middle of the rectangle, along its longer side, as far as they fit. */
function blockLabels(
  block: ArenaBlock,
  centreX: number,
  centreY: number,
  width: number,
  height: number,
): string {
  const isUpright = height > width && width < block.name.length * LABEL_CHAR_PX + 6;
  const [along, across] = isUpright ? [height, width] : [width, height];
  const name = fitText(block.name, along - 6, LABEL_CHAR_PX);
  const size = kib(block.sizeBytes);
  const lines = [name, size.length * LABEL_CHAR_PX <= along - 6 ? size : ''].filter((text) => text !== '');
  const shown = lines.slice(0, Math.max(0, Math.floor((across - 2) / 11)));
  return shown
    .map((text, row) => {
      const shift = px(row * 11 - (shown.length - 1) * 5.5 + 3.5);
      const place = isUpright
        ? `transform="translate(${px(centreX)} ${px(centreY)}) rotate(-90)" y="${shift}"`
        : `x="${px(centreX)}" y="${px(centreY)}" dy="${shift}"`;
      return `<text ${place} font-size="10" text-anchor="middle">${escapeXml(text)}</text>`;
    })
    .join('');
}

/** About six marks at 1, 2 or 5 times a power of ten KiB. */
function bytesAxis(scale: Scale, chartWidth: number): string[] {
  const wanted = scale.topBytes / 1024 / 6;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const stepKib = ([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10) * power;
  const marks: string[] = [];
  for (let mark = 0; mark * stepKib * 1024 <= scale.topBytes; mark++) {
    const at = px(y(scale, mark * stepKib * 1024));
    const text = String(Number((mark * stepKib).toPrecision(6)));
    marks.push(
      `<line x1="${MARGIN.left}" x2="${px(MARGIN.left + chartWidth)}" y1="${at}" y2="${at}" stroke="#dddddd"/>`,
      `<text x="${MARGIN.left - 6}" y="${at}" dy="3.5" font-size="10" text-anchor="end">${text}</text>`,
    );
  }
  const middle = MARGIN.top + CHART_HEIGHT / 2;
  marks.push(
    `<text transform="translate(18 ${middle}) rotate(-90)" font-size="11" text-anchor="middle">arena, KiB</text>`,
  );
  return marks;
}

function stepAxis(plan: MemoryPlan, scale: Scale, busiest: number): string[] {
  const bottom = MARGIN.top + CHART_HEIGHT;
  return plan.stepNames.map((name, step) => {
    const middle = px(x(scale, step) + scale.columnPx / 2 + 3.5);
    const weight = step === busiest ? ' font-weight="bold"' : '';
    return (
      `<text transform="translate(${middle} ${bottom + 8}) rotate(-90)" font-size="10.5" ` +
      `text-anchor="end"${weight}>${escapeXml(name)}</text>`
    );
  });
}

function line(
  scale: Scale,
  chartWidth: number,
  bytes: number,
  colour: string,
  text: string,
  end: 'start' | 'end',
): string {
  const at = y(scale, bytes);
  const right = MARGIN.left + chartWidth;
  const textX = end === 'end' ? right - 4 : MARGIN.left + 4;
  return (
    `<line x1="${MARGIN.left}" x2="${px(right)}" y1="${px(at)}" y2="${px(at)}" stroke="${colour}" ` +
    `stroke-width="1.4" stroke-dasharray="6 3"/>` +
    `<text x="${px(textX)}" y="${px(at - 4)}" font-size="11" fill="${colour}" text-anchor="${end}">${text}</text>`
  );
}
