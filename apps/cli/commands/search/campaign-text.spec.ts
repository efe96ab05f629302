import { expect, test } from 'vitest';

import { sampleReport } from '../../../../libs/search/report/testing/sample-report.ts';
import { frontTable } from './campaign-text.ts';

const data = sampleReport();

test.each([
  ['proxy', 0.4312, 'a program (proxy, not an accuracy)', '0.431'],
  ['accuracy', 0.71342, 'accuracy by a program', '0.7134'],
] as const)('a front scored by %s says who said it, and keeps small numbers', (kind, value, header, text) => {
  const score = { oracle: 'a program', kind, value };
  const networks = data.networks.map((network) => ({ ...network, score }));
  const [head, ...rows] = frontTable({ ...data, networks }).split('\n');
  expect(head).toContain(header);
  expect(rows.length).toBe(networks.filter(({ onFront }) => onFront).length);
  for (const row of rows) expect(row.split(/\s{2,}/)[1]).toBe(text);
});
