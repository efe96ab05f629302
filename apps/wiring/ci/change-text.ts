import type { Change } from './compare.ts';
import { limitText, type Cost } from './limits.ts';

const grouped = new Intl.NumberFormat('en-US');

export function groupedCount(value: number): string {
  return grouped.format(value);
}

const units: Readonly<Record<Cost, string>> = {
  instructions: '',
  arena: ' B',
  stack: ' B',
  flash: ' B',
  output: ' B',
};

/** As `+1.25 %`; signed bytes or instructions where there was nothing before. */
export function growth(before: number, now: number): string {
  const sign = now < before ? '−' : '+';
  if (before === 0) return `${sign}${groupedCount(Math.abs(now - before))}`;
  const percent = (100 * Math.abs(now - before)) / before;
  // A difference is never shown as none.
  return `${sign}${percent < 0.01 ? '<0.01' : percent.toFixed(2)} %`;
}

/** As `instructions 1,000 → 1,100 (+10.00 %), limit +1 %`. */
export function changeText({ cost, before, now, limit, isRegression }: Change): string {
  const text =
    cost === 'output'
      ? `output: ${groupedCount(now)} bytes differ`
      : `${cost} ${groupedCount(before)} → ${groupedCount(now)}${units[cost]} (${growth(before, now)})`;
  return isRegression ? `${text}, limit +${limitText(limit)}` : text;
}
