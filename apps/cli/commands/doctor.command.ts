import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Command } from 'commander';

import { FarmError, runProgram } from '#core';

import { compareEmulators } from '../../wiring/compare-emulators.ts';
import type { CliContext } from '../context.ts';
import { comparisonReport } from '../output/comparison-report.ts';
import { table } from '../output/table.ts';

interface Check {
  readonly name: string;
  readonly needed:
    'needed' | 'for boards' | 'for archives of foreign code' | 'for --on renode' | 'for --classes';
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
  {
    name: 'renode',
    words: ['--version'],
    needed: 'for --on renode',
    cure: 'unpack Renode 1.16.1 or later and put it on the PATH (docs/emulators.md)',
  },
  { name: 'gcc', words: ['--version'], needed: 'for --classes', cure: 'apt-get install gcc' },
  { name: 'openocd', words: ['--version'], needed: 'for boards', cure: 'apt-get install openocd' },
];

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('say what is installed, what is missing, and what to do')
    .option('--json', 'print one JSON document')
    .option('--compare-emulators', 'run one firmware in QEMU and in Renode, and say how their counts differ')
    .action(async (options: { json?: boolean; compareEmulators?: boolean }) => {
      if (options.compareEmulators === true) {
        await printComparison(context, options.json === true);
        return;
      }
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

async function printComparison(context: CliContext, json: boolean): Promise<void> {
  const comparison = await compareEmulators(context.config, context.signal, context.note);
  context.print(json ? JSON.stringify(comparison, null, 2) : comparisonReport(comparison));
  if (!comparison.isExplained) {
    throw new FarmError(
      'MEASUREMENT_REJECTED',
      `QEMU counted ${comparison.qemu} instructions and Renode ${comparison.renode}, expected at most ${comparison.allowed} apart`,
    );
  }
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
