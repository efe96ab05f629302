import type { Command } from 'commander';

import { PlanPredictor, predictBytes, type MemoryModel, type ModelVersion } from '#latency';

import { loadAndPlan } from '../../../wiring/load-candidate.ts';
import { activeModel } from '../../../wiring/models.ts';
import { storedMemory } from '../../../wiring/stored-memory.ts';
import type { CliContext } from '../../context.ts';
import { count } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';
import { addPlanOptions, planWish, type PlanOptions } from '../../plan-options.ts';
import { percent, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface PredictOptions extends ModelOptions, PlanOptions {}

export function addPredictCommand(parent: Command, context: CliContext): void {
  addPlanOptions(modelCommand(parent, 'predict', 'say what networks will cost, before they are built'))
    .argument('<candidates...>', 'genotypes, MCUNet subnet JSON or .tflite files')
    .action((paths: string[], options: PredictOptions) =>
      withModels(context, async ({ store, models }) => {
        const version = await activeModel(store, models, options.target, options.fidelity);
        const memory = await storedMemory(store, version.model);
        const predictions = await predictAll(paths, options, version, memory);
        const { target, fidelity, unit } = version.model;
        if (options.json === true) {
          const about = { target, fidelity, unit, version: version.version, ...calibrationOf(version) };
          context.print(JSON.stringify({ ...about, predictions }, null, 2));
          return;
        }
        context.print(titleOf(version));
        const { calibration } = calibrationOf(version);
        if (calibration !== undefined) context.print(calibration);
        context.print(predictionTable(predictions, unit));
      }),
    );
}

interface CandidatePrediction {
  readonly candidate: string;
  readonly macs: number;
  readonly cost: number;
  readonly low: number;
  readonly high: number;
  readonly outOfRange: boolean;
  readonly arenaBytes: number;
  /** Of program code with read-only data, without weights; absent with fewer than three measurements. */
  readonly code?: { readonly bytes: number; readonly high: number };
  readonly stackAndStatic?: { readonly bytes: number; readonly high: number };
}

async function predictAll(
  paths: readonly string[],
  options: PredictOptions,
  { model }: ModelVersion,
  memory: MemoryModel | undefined,
): Promise<CandidatePrediction[]> {
  const predictor = new PlanPredictor(model);
  const predictions: CandidatePrediction[] = [];
  for (const path of paths) {
    const { candidate, plan, arenaBytes } = await loadAndPlan(path, planWish(options));
    const network = predictor.layersOf(candidate.graph, plan);
    const { cost, low, high, macs, isOutOfRange } = predictor.predictLayers(network);
    predictions.push({
      candidate: candidate.name,
      macs,
      cost,
      low,
      high,
      outOfRange: isOutOfRange,
      arenaBytes,
      ...(memory === undefined
        ? {}
        : {
            code: predictBytes(memory.code, network),
            stackAndStatic: predictBytes(memory.stackAndStatic, network),
          }),
    });
  }
  return predictions;
}

/** Where cycles come from another model's costs: from which, by how many measurements, and how far off they are. */
function calibrationOf({ model, report }: ModelVersion): { calibration?: string } {
  if (model.fidelity !== 'hardware' || model.prior === 'nominal') return {};
  const error = percent(report.crossValidation.meanAbsoluteError);
  return {
    calibration: `calibrated by ${model.rows} hardware measurements from the ${model.prior}; held-out error ${error}`,
  };
}

function predictionTable(predictions: readonly CandidatePrediction[], unit: string): string {
  const upTo = (one: CandidatePrediction['code']): string =>
    one === undefined ? '' : `${count(one.bytes)} (≤ ${count(one.high)})`;
  const rows = predictions.map((each) => [
    each.candidate,
    count(each.macs),
    count(Math.round(each.cost)),
    `${count(Math.round(each.low))} to ${count(Math.round(each.high))}`,
    `± ${percent((each.high - each.low) / 2 / each.cost)}`,
    count(each.arenaBytes),
    upTo(each.stackAndStatic),
    upTo(each.code),
    each.outOfRange ? 'unlike what the model was fitted to' : '',
  ]);
  const bytes = ['arena B>', 'stack and static B>', 'code B>'];
  return table(['candidate', 'MACs>', `${unit}>`, '90 % interval>', '>', ...bytes, ''], rows);
}
