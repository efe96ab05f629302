/** A place in a source and what the compiler says of it. */
export interface CompilerMessage {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const errorLine = /^(?<file>[^\s:][^:\n]*):(?<line>\d+):(?:\d+:)? (?:(?:fatal )?error|Error): (?<text>.*)$/m;

/** The first error that gcc or the assembler reports. */
export function firstError(stderr: string): CompilerMessage | undefined {
  const found = errorLine.exec(stderr)?.groups;
  return found === undefined
    ? undefined
    : { file: found['file']!, line: Number(found['line']), text: found['text']! };
}

/** Bytes used of each memory region, from ld's --print-memory-usage, which it prints for a failed link too. */
export function memoryUsage(stdout: string): Map<string, number> {
  const unit: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
  const usage = new Map<string, number>();
  for (const [, region, used, scale] of stdout.matchAll(/^\s*(\w+):\s+(\d+) (B|KB|MB|GB)\s/gm)) {
    usage.set(region!, Number(used) * unit[scale!]!);
  }
  return usage;
}

/** Regions that ld could not fit everything into, and by how many bytes. */
export function overflows(stderr: string): Map<string, number> {
  const found = stderr.matchAll(/region `(\w+)' overflowed by (\d+) bytes/g);
  return new Map([...found].map(([, region, bytes]) => [region!, Number(bytes)]));
}

/** What the linker complains of, without its own name and path. */
export function linkComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('collect2:'));
  const line =
    lines.find((candidate) => /undefined reference|multiple definition|error|cannot/.test(candidate)) ??
    lines[0];
  return (line ?? 'the linker said nothing').replace(/^\S*ld(?:\.bfd)?: /, '').trim();
}
