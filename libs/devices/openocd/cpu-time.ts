import { readFileSync } from 'node:fs';

/** Linux counts in 1/100 s towards programs, whatever its own clock (proc(5), USER_HZ). */
const tickMs = 10;

/** What a process has used of a core, in milliseconds; undefined where that cannot be told. */
export function cpuTimeMs(pid: number): number | undefined {
  try {
    // The name in parentheses may hold anything; utime and stime are the 12th and 13th field after it.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
