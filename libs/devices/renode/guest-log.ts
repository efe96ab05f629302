import { readFile } from 'node:fs/promises';

/** Something that the firmware did and cannot report itself, since the emulated bus answers as if nothing were wrong. */
const complaints: readonly { readonly pattern: RegExp; readonly say: (found: RegExpExecArray) => string }[] =
  [
    {
      // `[cpu: 0x8001234] ReadDoubleWord from non existing peripheral at 0x90000010.`
      pattern: /(Read|Write)\w* (?:from|to) non existing peripheral at (0x[0-9A-F]+)/i,
      say: (found) =>
        `${found[1] === 'Read' ? 'a read from' : 'a write to'} ${address(found[2]!)}, where there is nothing`,
    },
    {
      // `cpu: CPU abort [PC=0x20000100]: Trying to execute code outside RAM or ROM at 0x90000000.`
      pattern: /CPU abort \[PC=(0x[0-9A-F]+)\]: (.*)/i,
      say: (found) => `the core was stopped: ${found[2]!.replace(/\.$/, '')}`,
    },
  ];

const programCounter = /\[cpu: (0x[0-9A-F]+)\]|\[PC=(0x[0-9A-F]+)\]/i;

/** The first complaint of Renode's log, with the place as `pc 0x…`; undefined where there is none. */
export function complaintIn(log: string): string | undefined {
  for (const line of log.split('\n')) {
    for (const { pattern, say } of complaints) {
      const found = pattern.exec(line);
      if (found === null) {
        continue;
      }
      const place = programCounter.exec(line);
      const pc = place?.[1] ?? place?.[2];
      return pc === undefined ? say(found) : `${say(found)}, at pc ${address(pc)}`;
    }
  }
  return undefined;
}

/** The complaint of a log file; one that is not there yet has none. */
export async function complaintOf(logPath: string): Promise<string | undefined> {
  return complaintIn(await readFile(logPath, 'utf8').catch(() => ''));
}

function address(hex: string): string {
  return `0x${Number(hex).toString(16).padStart(8, '0')}`;
}
