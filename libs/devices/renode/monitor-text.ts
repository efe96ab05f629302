/** What of the monitor's output is not text: telnet's negotiation, colours, the carriage returns of `\n\r`. */
// eslint-disable-next-line no-control-regex -- these are the control characters that are taken out
const controls = /\u001B(?:\[[0-9;?]*[A-Za-z]|[78=>])|[\u0000-\u0008\u000B-\u001F\u007F\uFFFD]/g;

const prompt = /(?:^|\n)\((?<machine>[\w-]+)\) $/;

export function plainText(output: string): string {
  return output.replaceAll(controls, '');
}

/** Whether the monitor waits for a command, and then before what: `monitor`, or the name of a machine. */
export function promptOf(text: string): string | undefined {
  return prompt.exec(text)?.groups?.['machine'];
}

/** An answer without the echo of its command and without the prompt. */
export function answerIn(text: string, command: string): string {
  const body = text.replace(prompt, '');
  const [first = '', ...rest] = body.split('\n');
  // The echo follows the former prompt, which stands before it or has been read already.
  return (first.trim().endsWith(command) ? rest : [first, ...rest]).join('\n').trim();
}

/**
 * Renode tells of errors in its text only: these are the beginnings of those lines. The rest of the text explains, and
 * is put on the same line.
 */
const errors = [
  /There was an error executing command/,
  /No such command or device/,
  /No such (?:variable|macro)/,
  /Bad parameters for command/,
  /Parameters did not match/,
  /Could not (?:find|resolve|tokenize)/,
  /Error E\d+:/,
  /Construction of .* failed/,
  /does not provide a field, method or property/,
  /already exists/,
];

/** What went wrong, on one line; undefined where nothing did. */
export function errorIn(answer: string): string | undefined {
  const lines = answer.split('\n').map((line) => line.trim());
  const start = lines.findIndex((line) => errors.some((error) => error.test(line)));
  if (start < 0) {
    return undefined;
  }
  return lines
    .slice(start, start + 6)
    .filter((line) => line !== '')
    .join(' ');
}

/** A path as the monitor takes it; an unescaped space would end it. */
export function pathToken(path: string): string {
  return `@${path.replaceAll(/[\\ ]/g, String.raw`\$&`)}`;
}

/** Whether a path can be named to the monitor at all, which has no escape for these. */
export function isNameable(path: string): boolean {
  // eslint-disable-next-line no-control-regex -- a line end would end the command
  return !/["';\u0000-\u001F]/.test(path);
}
