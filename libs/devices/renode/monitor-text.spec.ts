import { describe, expect, it } from 'vitest';
import { answerIn, errorIn, isNameable, pathToken, plainText, promptOf } from './monitor-text.ts';

describe('the prompt', () => {
  it.for([
    ['(monitor) ', 'monitor'],
    ['Renode, version 1.16.1\n\n(monitor) ', 'monitor'],
    ['start\nStarting emulation...\n(dev) ', 'dev'],
    ['(dev)', undefined],
    ['(dev) x', undefined],
    ['an (odd) ', undefined],
    ['', undefined],
  ] as const)('in %j is %s', ([text, machine]) => {
    expect(promptOf(text)).toBe(machine);
  });
});

describe('an answer', () => {
  it('is without colours, echo and prompt, whatever ends its lines', () => {
    const text = plainText('\u001B7cpu PC\u001B8\n\r\u001B[31m0x8000ABC\u001B[0m\u0007\n\r(dev) ');
    expect(answerIn(text, 'cpu PC')).toBe('0x8000ABC');
  });

  it('may follow the prompt that its command was typed at, or have no echo', () => {
    expect(answerIn('(dev) cpu PC\n0x8\n(dev) ', 'cpu PC')).toBe('0x8');
    expect(answerIn('0x8\n(dev) ', 'cpu PC')).toBe('0x8');
  });
});

describe('errors are only told in the text', () => {
  it.for([
    [
      "There was an error executing command 'include @/x'\nCould not find file '/x'",
      "There was an error executing command 'include @/x' Could not find file '/x'",
    ],
    ['No such command or device: cpuu', 'No such command or device: cpuu'],
    [
      "Error E01: Could not resolve type: 'X'.\nAt a.repl:3:1",
      "Error E01: Could not resolve type: 'X'. At a.repl:3:1",
    ],
    ['Starting emulation...', undefined],
    ['0x0000000000ABCDEF', undefined],
  ] as const)('%j', ([answer, error]) => {
    expect(errorIn(answer)).toBe(error);
  });
});

describe('a path', () => {
  it('has its spaces escaped', () => {
    expect(pathToken('/tmp/with two spaces/x')).toBe(String.raw`@/tmp/with\ two\ spaces/x`);
  });

  it.for(["/a'b", '/a"b', '/a;b', '/a\nb'])('%j cannot be named', (path) => {
    expect(isNameable(path)).toBe(false);
  });
});
