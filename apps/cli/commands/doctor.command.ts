import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from 'commander';

import { FarmError, runProgram } from '#core';

import type { CliContext } from '../context.ts';
import { table } from '../output/table.ts';

interface Check {
  readonly name: string;
  readonly needed: 'needed' | 'for boards' | 'for archives of foreign code';
  readonly found: string | null;
  readonly cure: string;
}

const programs: readonly (Omit<Check, 'found'> & { words: readonly string[] })[] = [
  {
    name: 'arm-none-eabi-gcc',
    words: ['--version'],
    needed: 'needed',
    cure: 'apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi',
  },
  {
    name: 'qemu-system-arm',
    words: ['--version'],
    needed: 'needed',
    cure: 'apt-get install qemu-system-arm',
  },
  { name: 'socat', words: ['-V'], needed: 'needed', cure: 'apt-get install socat' },
  { name: 'setpriv', words: ['--version'], needed: 'needed', cure: 'apt-get install util-linux' },
  { name: 'openocd', words: ['--version'], needed: 'for boards', cure: 'apt-get install openocd' },
];

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('say what is installed, what is missing, and what to do')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean }) => {
      const checks = [
        nodeCheck(),
        ...(await Promise.all(programs.map(programCheck))),
        await homeCheck(context),
      ];
      const lacking = checks.filter((check) => check.found === null && check.needed === 'needed');
      if (options.json === true) {
        context.print(JSON.stringify({ ok: lacking.length === 0, checks }, null, 2));
      } else {
        const rows = checks.map((check) => [
          check.found === null ? 'MISSING' : 'ok',
          check.name,
          check.found ?? check.cure,
          check.needed,
        ]);
        context.print(table(['', 'what', 'found, or what to do', 'needed?'], rows));
      }
      if (lacking.length > 0) {
        const names = lacking.map((check) => check.name).join(', ');
        throw new FarmError(
          'PROGRAM_MISSING',
          `missing: ${names}; ${lacking.map((check) => check.cure).join('; ')}`,
        );
      }
    });
}

function nodeCheck(): Check {
  return { name: 'node', needed: 'needed', found: process.version, cure: 'install Node 20.19 or later' };
}

async function programCheck({ name, words, needed, cure }: (typeof programs)[number]): Promise<Check> {
  try {
    const { stdout, stderr } = await runProgram(name, words, { deadlineMs: 10_000 });
    const text = `${stdout}\n${stderr}`;
    const line = text.split('\n').find((candidate) => /\d+\.\d+/.test(candidate));
    return { name, needed, cure, found: (line ?? text.split('\n')[0] ?? '').trim() };
  } catch {
    return { name, needed, cure, found: null };
  }
}

async function homeCheck({ config }: CliContext): Promise<Check> {
  const check = {
    name: 'home folder',
    needed: 'needed',
    cure: `make ${config.homeFolder} writable`,
  } as const;
  try {
    await mkdir(config.homeFolder, { recursive: true });
    await access(join(config.homeFolder, '.'), constants.W_OK);
    return { ...check, found: config.homeFolder };
  } catch {
    return { ...check, found: null };
  }
}
