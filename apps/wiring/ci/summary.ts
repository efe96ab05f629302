import { changeText, groupedCount, growth } from './change-text.ts';
import type { CiStatus, CiVerdict, LayerChange } from './compare.ts';
import type { CiNumbers } from './numbers.ts';

export interface SummaryOptions {
  readonly compiler: string;
  readonly baselineCompiler: string | undefined;
  /** In the baseline, no longer in the CI file. */
  readonly gone: readonly string[];
}

const words: Readonly<Record<CiStatus, string>> = {
  same: 'same',
  changed: 'changed, within limits',
  regression: '**regression**',
  new: '**not in the baseline**',
  broken: '**broken**',
};

/** The result for people, in Markdown: what changed first, layer by layer where it did, then everything. */
export function summaryMarkdown(verdicts: readonly CiVerdict[], options: SummaryOptions): string {
  const changed = verdicts.filter(({ status }) => status !== 'same');
  return [
    `# tinyfarm: ${headline(verdicts)}`,
    '',
    ...remarks(options),
    ...changed.flatMap(changeSection),
    '## All numbers',
    '',
    'Instructions are counted in an emulator; they are no latency.',
    '',
    '| candidate | target | on | instructions | arena, B | stack, B | flash, B | output | verdict |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: | --- | --- |',
    ...verdicts.map(row),
    '',
  ].join('\n');
}

/** As `1 regression, 2 changed, 13 same`. */
export function headline(verdicts: readonly CiVerdict[]): string {
  const order: readonly CiStatus[] = ['broken', 'regression', 'new', 'changed', 'same'];
  return order
    .map((status) => [status, verdicts.filter((verdict) => verdict.status === status).length] as const)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status === 'regression' && count > 1 ? 'regressions' : status}`)
    .join(', ');
}

function remarks({ compiler, baselineCompiler, gone }: SummaryOptions): string[] {
  const lines: string[] = [];
  if (baselineCompiler !== undefined && baselineCompiler !== compiler) {
    lines.push(`The baseline was compiled by \`${baselineCompiler}\`, this by \`${compiler}\`.`, '');
  }
  if (gone.length > 0) lines.push(`In the baseline, but no longer measured: ${gone.join(', ')}.`, '');
  return lines;
}

function changeSection({ outcome, status, before, changes, layers }: CiVerdict): string[] {
  const { candidate, target } = outcome.entry;
  const lines = [`## ${candidate} on ${target.name}: ${words[status].replaceAll('*', '')}`, ''];
  if ('failure' in outcome)
    return [...lines, `${inline(outcome.failure.message)} [${outcome.failure.code}]`, ''];
  if (outcome.twin !== undefined) {
    lines.push(`Differs from ${outcome.twin} only in its weights, so its layers are those of that.`, '');
  }
  lines.push(
    ...changes.map(
      (change) =>
        `- ${change.isRegression ? '**' : ''}${changeText(change)}${change.isRegression ? '**' : ''}`,
    ),
  );
  if (changes.length > 0) lines.push('');
  if (before !== undefined && layers.length > 0) lines.push(...layerTable(layers));
  return lines;
}

function layerTable(layers: readonly LayerChange[]): string[] {
  const cell = (value: number | undefined): string => (value === undefined ? '' : groupedCount(value));
  return [
    '| layer | instructions before | now | |',
    '| --- | ---: | ---: | ---: |',
    ...layers.map(({ layer, before, now }) => {
      const how = before === undefined ? 'new' : now === undefined ? 'gone' : growth(before, now);
      return `| ${layer} | ${cell(before)} | ${cell(now)} | ${how} |`;
    }),
    '',
  ];
}

function row({ outcome, status, before, changes }: CiVerdict): string {
  const { candidate, target } = outcome.entry;
  if ('failure' in outcome) return `| ${candidate} | ${target.name} | | | | | | | ${words[status]} |`;
  const { numbers } = outcome;
  const cost = (key: 'instructions' | 'arenaBytes' | 'stackBytes' | 'flashBytes'): string => {
    const old = before?.[key];
    const text = groupedCount(numbers[key]);
    return old === undefined || old === numbers[key] ? text : `${text} (${growth(old, numbers[key])})`;
  };
  const output = changes.some((change) => change.cost === 'output') ? 'changed' : outputText(numbers);
  const cells = [cost('instructions'), cost('arenaBytes'), cost('stackBytes'), cost('flashBytes'), output];
  return `| ${[candidate, target.name, numbers.on, ...cells, words[status]].join(' | ')} |`;
}

function outputText({ output }: CiNumbers): string {
  return `${groupedCount(output.bytes)} B, ${output.fnv1a}`;
}

function inline(text: string): string {
  return text.replaceAll(/[|<>*_`]/g, String.raw`\$&`);
}
