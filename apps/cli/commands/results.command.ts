import type { Command } from 'commander';

import { FarmError } from '#core';
import type { Measurement } from '#measurement';
import type { MeasurementFilter } from '#store';

import { openProjectStore } from '../../wiring/open-project-store.ts';
import { optionalClient, withOptionalServer, type ServerOption } from '../client/index.ts';
import type { CliContext } from '../context.ts';
import { findMeasurement, recordsOfServer, type Records } from '../find-measurement.ts';
import { measurementReport } from '../output/measurement-report.ts';
import { count } from '../output/numbers.ts';
import { table } from '../output/table.ts';
import { positiveInteger } from '../parse.ts';

interface ResultsOptions extends ServerOption {
  local?: boolean;
  target?: string;
  candidate?: string;
  status?: string;
  limit: number;
  json?: boolean;
}

export function addResultsCommand(program: Command, context: CliContext): void {
  withOptionalServer(program.command('results'))
    .description('list the stored measurements, newest first, or show one whole')
    .argument('[id]', "a measurement's id, or its first digits")
    .option('--target <name>', 'only of this target')
    .option('--candidate <name>', 'only of this candidate')
    .option('--status <status>', 'only accepted, or only rejected')
    .option('--limit <n>', 'at most so many', positiveInteger('--limit'), 20)
    .option('--json', 'print one JSON document')
    .action(async (id: string | undefined, options: ResultsOptions) => {
      const records = await recordsOf(options, context);
      try {
        if (id === undefined) {
          const found = await records.find(filterOf(options));
          context.print(options.json === true ? JSON.stringify(found, null, 2) : list(found));
          return;
        }
        const measurement = await findMeasurement(records, id);
        context.print(
          options.json === true ? JSON.stringify(measurement, null, 2) : measurementReport(measurement),
        );
      } finally {
        await records.close();
      }
    });
}

/** The measurements of this host, or of a server. */
async function recordsOf(
  options: ResultsOptions,
  context: CliContext,
): Promise<Records & { close(): Promise<void> }> {
  const client = optionalClient(options, context);
  if (client !== undefined) return { ...recordsOfServer(client), close: () => Promise.resolve() };
  const store = await openProjectStore(context.config);
  return { find: (filter) => store.measurements.find(filter), close: () => store.close() };
}

function filterOf(options: ResultsOptions): MeasurementFilter {
  const { target, candidate, status, limit } = options;
  if (status !== undefined && status !== 'accepted' && status !== 'rejected') {
    throw new FarmError('USAGE_INVALID', `--status is '${status}', expected accepted or rejected`);
  }
  return {
    limit,
    ...(target === undefined ? {} : { target }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(status === undefined ? {} : { status }),
  };
}

function list(found: readonly Measurement[]): string {
  if (found.length === 0) return 'no measurements yet';
  const rows = found.map((measurement) => [
    measurement.id.slice(0, 8),
    measurement.provenance.startedAt.replace('T', ' ').slice(0, 19),
    measurement.candidate,
    measurement.target,
    measurement.on,
    measurement.fidelity,
    measurement.instructions === null ? '-' : count(measurement.instructions),
    measurement.cycles === null ? '-' : count(measurement.cycles),
    count((measurement.sram.measured ?? measurement.sram.planned).peakBytes),
    count(measurement.flash.totalBytes),
    measurement.status === 'accepted' ? 'accepted' : `rejected: ${measurement.reason}`,
  ]);
  const headings = ['id', 'when (UTC)', 'candidate', 'target', 'on', 'fidelity', 'instructions>', 'cycles>'];
  return table([...headings, 'peak SRAM>', 'flash>', 'status'], rows);
}
