import { changeText } from './change-text.ts';
import type { CiVerdict } from './compare.ts';

/** JUnit XML: a suite for each target, a case for each candidate. Without times, which no two runs have in common. */
export function junitXml(verdicts: readonly CiVerdict[]): string {
  const targets = [...new Set(verdicts.map(({ outcome }) => outcome.entry.target.name))];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element(
      'testsuites',
      countsOf(verdicts),
      targets.map((target) => {
        const own = verdicts.filter(({ outcome }) => outcome.entry.target.name === target);
        return element('testsuite', { name: target, ...countsOf(own) }, own.map(testCase));
      }),
    ),
    '',
  ].join('\n');
}

function countsOf(verdicts: readonly CiVerdict[]): Record<string, string> {
  const count = (...statuses: readonly CiVerdict['status'][]): string =>
    String(verdicts.filter(({ status }) => statuses.includes(status)).length);
  return {
    tests: String(verdicts.length),
    failures: count('regression', 'new'),
    errors: count('broken'),
    skipped: '0',
  };
}

function testCase({ outcome, status, changes }: CiVerdict): string {
  const attributes = { name: outcome.entry.candidate, classname: outcome.entry.target.name };
  if ('failure' in outcome) {
    const { message, code } = outcome.failure;
    return element('testcase', attributes, [element('error', { message, type: code })]);
  }
  const worse = changes.filter((change) => change.isRegression);
  const message = status === 'new' ? 'the baseline has no numbers of it' : worse.map(changeText).join('; ');
  return element('testcase', attributes, [
    ...(message === '' ? [] : [element('failure', { message, type: status })]),
    ...(changes.length === 0
      ? []
      : [`<system-out>${escaped(changes.map(changeText).join('\n'))}</system-out>`]),
  ]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
): string {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)];
  return children.length === 0
    ? `<${start.join(' ')}/>`
    : [`<${start.join(' ')}>`, ...children, `</${name}>`].join('\n');
}

/** For elements and attributes; what XML 1.0 forbids is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
}
