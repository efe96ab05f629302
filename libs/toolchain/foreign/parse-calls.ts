/** One layer of generated code: its comment, and the call of its kernel. */
export interface LayerCall {
  /** Where the text behind its comment begins in the body. */
  readonly at: number;
  /** As in the comment, e.g. `CONV_2D`. */
  readonly op: string;
  readonly kernel: string;
  /** Without white space. */
  readonly args: readonly string[];
  /** Assignments before the call (`add_params.input_h=4`), without white space. */
  readonly assignments: ReadonlyMap<string, number>;
}

const layerComment = /\/\*\s*layer\s+\d+\s*:\s*(\w+)\s*\*\//g;

/** Where a body lies in a source. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The body of a function of generated code, whose closing brace stands at the start of a line; undefined if there is none. */
export function functionSpan(source: string, name: string): Span | undefined {
  const start = new RegExp(`^[\\w *]+\\b${name}\\s*\\(([^)]*)\\)\\s*\\{`, 'm').exec(source);
  if (start === null) {
    return undefined;
  }
  const from = start.index + start[0].length;
  // `{ return x; }` on one line.
  const line = source.slice(from).split('\n', 1)[0]!;
  if (line.includes('}') && !line.includes('{')) {
    return { from, to: from + line.lastIndexOf('}') };
  }
  const end = /^\}/m.exec(source.slice(from));
  return { from, to: end === null ? source.length : from + end.index };
}

export function functionBody(source: string, name: string): string | undefined {
  const span = functionSpan(source, name);
  return span && source.slice(span.from, span.to);
}

/** The layers of such a body, in their order. */
export function layerCalls(body: string): LayerCall[] {
  const comments = [...body.matchAll(layerComment)];
  return comments.flatMap((comment, i) => {
    const at = comment.index + comment[0].length;
    const call = lastCall(body.slice(at, comments[i + 1]?.index).replaceAll(/\s+/g, ''));
    return call === undefined ? [] : [{ op: comment[1]!, at, ...call }];
  });
}

function lastCall(text: string): Omit<LayerCall, 'op' | 'at'> | undefined {
  const statements = text.split(';').filter((statement) => statement !== '');
  const found = statements
    .map((statement) => /^(?<kernel>[A-Za-z_]\w*)\((?<args>.*)\)$/.exec(statement)?.groups)
    .filter((groups) => groups !== undefined)
    .find((groups) => groups['args']!.includes('buffer'));
  if (found === undefined) {
    return undefined;
  }
  const assignments = statements
    .map((statement) => /^(?<name>[\w.]+)=(?<value>-?\d+)$/.exec(statement)?.groups)
    .filter((groups) => groups !== undefined)
    .map((groups) => [groups['name']!, Number(groups['value'])] as const);
  return { kernel: found['kernel']!, args: found['args']!.split(','), assignments: new Map(assignments) };
}
