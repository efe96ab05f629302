import { formatBlock, type Genotype } from '#network';
import { html, type Html } from './html.ts';

/** Below the bars, for what is written there. */
const foot = 16;
const gap = 3;
/** Of a kernel's width: 1, 3, 5, 7. */
const kernelColours: Readonly<Record<number, string>> = {
  1: '#94a3b8',
  3: '#3b82f6',
  5: '#8b5cf6',
  7: '#ec4899',
};

interface Bar {
  readonly side: number;
  readonly channels: number;
  readonly kernel: number;
  readonly label: string;
  readonly title: string;
}

/**
 * A network from left to right: a bar a block, as high as the side of its output, as wide as its channels (both by their
 * roots), coloured by its kernel; the number below is the expansion.
 */
export function networkDrawing(genotype: Genotype): Html {
  const bars = barsOf(genotype);
  const base = Math.max(...bars.map(barHeightOf)) + 1;
  let at = 2;
  const drawn = bars.map(({ side, channels, kernel, label, title }) => {
    const barHeight = barHeightOf({ side });
    const barWidth = Math.max(4, Math.sqrt(channels) * 1.9);
    const bar = html`<rect
        x="${at.toFixed(1)}"
        y="${(base - barHeight).toFixed(1)}"
        width="${barWidth.toFixed(1)}"
        height="${barHeight.toFixed(1)}"
        rx="1.5"
        fill="${kernelColours[kernel] ?? '#0f766e'}"
        ><title>${title}</title></rect
      >
      <text
        class="small"
        x="${(at + barWidth / 2).toFixed(1)}"
        y="${(base + 12).toFixed(1)}"
        text-anchor="middle"
        >${label}</text
      >`;
    at += barWidth + gap;
    return bar;
  });
  return html`<svg
    class="drawing"
    viewBox="0 0 ${Math.ceil(at)} ${Math.ceil(base + foot)}"
    style="max-width:${Math.ceil(at * 2.4)}px"
    role="img"
    aria-label="Blocks of ${genotype.name}"
  >
    ${drawn}
  </svg>`;
}

function barHeightOf({ side }: Pick<Bar, 'side'>): number {
  return Math.max(4, Math.sqrt(side) * 5.2);
}

/** What the colours mean. */
export function drawingLegend(): Html {
  const keys = Object.entries(kernelColours).map(
    ([kernel, colour]) =>
      html`<span class="swatch" style="background:${colour}"></span> ${kernel}×${kernel} `,
  );
  return html`<p class="legend">
    Bars are blocks: height is the side of the image, width the channels, the number the expansion; kernel
    ${keys}
  </p>`;
}

function barsOf({ stem, blocks, resolution, featureMix, classes }: Genotype): Bar[] {
  let side = Math.ceil(Math.max(...resolution) / stem.stride);
  const bars: Bar[] = [
    {
      side,
      channels: stem.channels,
      kernel: stem.kernel,
      label: 's',
      title: `stem, ${stem.channels} channels, ${side}×${side}`,
    },
  ];
  for (const block of blocks) {
    side = Math.ceil(side / block.stride);
    bars.push({
      side,
      channels: block.channels,
      kernel: block.kernel,
      label: String(block.expansion),
      title: `${formatBlock(block)}, ${side}×${side}`,
    });
  }
  if (featureMix !== undefined) {
    bars.push({
      side,
      channels: featureMix,
      kernel: 1,
      label: 'm',
      title: `feature mix, ${featureMix} channels`,
    });
  }
  bars.push({ side: 1, channels: classes, kernel: 1, label: 'c', title: `classifier, ${classes} classes` });
  return bars;
}
