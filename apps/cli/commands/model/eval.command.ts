import type { Command } from 'commander';

import { FarmError } from '#core';
import {
  findDrift,
  predictedSvg,
  Predictor,
  reportErrors,
  type ModelVersion,
  type PredictedPair,
  type TrainingRow,
} from '#latency';

import { activeModel } from '../../../wiring/models.ts';
import { storedRows } from '../../../wiring/training-rows.ts';
import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import type { CliContext } from '../../context.ts';
import { driftLine } from '../../output/drift-line.ts';
import { errorLine, titleOf, unitOf, worstTable } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface EvalOptions extends ModelOptions {
  svg?: string;
}

export function addEvalCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'eval', 'hold the active model to all accepted measurements of its target')
    .option('--svg <file>', 'draw predictions against measurements')
    .action((options: EvalOptions) =>
      withModels(context, async ({ store, models }) => {
        const version = await activeModel(store, models, options.target, options.fidelity);
        const { rows } = await storedRows(store, version.model);
        const known = new Set(version.rows.map(({ id }) => id));
        const fresh = rows.filter(({ id }) => !known.has(id));
        const pairs = [...version.report.heldOut, ...predicted(version, fresh)];
        if (pairs.length === 0) {
          throw new FarmError(
            'MODEL_TOO_FEW_ROWS',
            `no measurement of ${options.target} to hold the model to`,
          );
        }
        const report = reportErrors(pairs);
        const drift = fresh.flatMap((row) => findDrift(version.model, row) ?? []);
        if (options.svg !== undefined) {
          await writeFileSafely(options.svg, predictedSvg(pairs, titleOf(version), unitOf(version.model)));
        }
        const heldOut = version.report.heldOut.length;
        if (options.json === true) {
          const { target, fidelity, unit } = version.model;
          const about = { target, fidelity, unit, version: version.version, heldOut, fresh: fresh.length };
          context.print(JSON.stringify({ ...about, report, drift }, null, 2));
          return;
        }
        context.print(`${titleOf(version)}: ${heldOut} rows held out in its fit, ${fresh.length} new to it`);
        context.print(errorLine(report));
        for (const flag of drift) context.print(driftLine(flag));
        context.print(worstTable(report));
      }),
    );
}

function predicted({ model }: ModelVersion, rows: readonly TrainingRow[]): PredictedPair[] {
  const predictor = new Predictor(model);
  return rows.map(({ network, cost }) => ({
    candidate: network.candidate,
    macs: network.macs,
    measured: cost,
    predicted: predictor.costOf(network),
  }));
}
