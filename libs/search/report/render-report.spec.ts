import { describe, expect, test } from 'vitest';
import { renderReport } from './render-report.ts';
import type { ReportData } from './report-data.ts';
import { sampleReport } from './testing/sample-report.ts';

const data = sampleReport();

test('the report needs nothing beside itself but the files that it links', () => {
  const page = renderReport(data);
  expect(page.match(/<(script|link|img|iframe)\b/g)).toBeNull();
  expect(page).not.toMatch(/url\(|@import|https?:/);
  const links = [...page.matchAll(/href="([^"]*)"/g)]
    .map(([, href]) => href!)
    .filter((href) => !href.startsWith('#'));
  expect(new Set(links)).toEqual(new Set(['a.json', 'a.tflite', 'a/']));
});

test('a chosen network without files beside the report is exported by the first of its commands', () => {
  const page = renderReport(data);
  for (const { number, files, onFront } of data.networks) {
    if (!onFront) continue;
    const card = page.slice(page.indexOf(`id="n${number}"`)).split('</article>')[0];
    expect(card?.includes('<pre>tinyfarm search show kitchen --report .\n')).toBe(files === undefined);
  }
  const chosen = data.networks.filter(({ onFront }) => onFront);
  expect(new Set(chosen.map(({ files }) => files === undefined)).size).toBe(2);
});

test('every measured network is in the table, and every chosen one has a card with its exact count', () => {
  const page = renderReport(data);
  for (const { number, name, measured, onFront } of data.networks) {
    expect(page).toContain(`#${number} ${name}`);
    expect(page.includes(`id="n${number}"`)).toBe(onFront);
    expect(page).toContain(String(measured.cost).replaceAll(/\B(?=(\d{3})+$)/g, ','));
  }
});

test('a link to a card has a card', () => {
  const page = renderReport(data);
  const targets = [...page.matchAll(/href="#(n\d+)"/g)].map(([, target]) => target);
  expect(targets.length).toBeGreaterThan(3);
  for (const target of targets) expect(page).toContain(`id="${target}"`);
});

describe('what it says of its numbers', () => {
  test('an emulated count is called no latency, a proxy no accuracy', () => {
    const page = renderReport(data);
    expect(page).toContain('no latency');
    expect(page).toContain('proxy, not an accuracy');
    expect(page).not.toContain('accuracy by');
  });

  test('an accuracy stands with the oracle that said it: at the chart, in the table and on every card', () => {
    const score = { oracle: 'table seen.csv', kind: 'accuracy', value: 0.71342 } as const;
    const networks = data.networks.map((network) => ({ ...network, score }));
    const page = renderReport({ ...data, networks }).replaceAll(/\s+/g, ' ');
    expect(page).not.toContain('proxy');
    expect(page).toContain('> accuracy by table seen.csv </text');
    expect(page).toContain('<th class="n">accuracy by table seen.csv</th>');
    const cards = page.split('<article').slice(1);
    expect(cards.length).toBe(networks.filter(({ onFront }) => onFront).length);
    for (const card of cards) expect(card).toContain('accuracy by table seen.csv: 0.7134');
  });

  test('cycles of boards are not called emulated', () => {
    const page = renderReport({ ...data, fidelity: 'hardware', unit: 'cycles' });
    expect(page).not.toContain('emulat');
  });

  test('those that were falsely taken to be feasible are counted and named', () => {
    const { key, name } = data.networks[0]!;
    const falseFeasible = [{ key, round: 1, over: [{ what: 'sram', share: 0.031 }] as const }];
    const page = renderReport({ ...data, falseFeasible }).replaceAll(/\s+/g, ' ');
    expect(page).toMatch(/1 of 24 measured networks were predicted to be within the limits and are not/);
    expect(page).toContain(`${name}, round 1: sram 3.1 % above`);
  });
});

test('names cannot become markup', () => {
  const evil = '<script>alert("1")</script>';
  const networks = data.networks.map((network) => ({ ...network, name: evil, plan: evil, commands: [evil] }));
  const page = renderReport({
    ...data,
    name: evil,
    space: evil,
    networks,
    failed: [{ key: evil, message: evil }],
  });
  expect(page).not.toContain('<script');
  expect(page).toContain('&lt;script&gt;');
});

test('what a search strives for and began with is said, where its command does not say it', () => {
  expect(renderReport(data).replaceAll(/\s+/g, ' ')).toContain(
    'for few instructions, little SRAM, high MACs (proxy, not an accuracy);',
  );
  expect(renderReport({ ...data, startModel: 'model 3 of mps2-an386' })).toContain(
    'makes the same search, while model 3 of mps2-an386 is the active one.',
  );
});

test.each([0, 1])('a search that measured %d networks has a report', (count) => {
  const few: ReportData = { ...sampleReport(count), volumes: [0, 0.1].slice(0, count + 1) };
  const page = renderReport(few);
  expect(page).toContain(count === 0 ? 'Nothing was measured yet' : 'Everything that was measured');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});
