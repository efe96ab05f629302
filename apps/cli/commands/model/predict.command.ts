import type { Command } from 'commander';

import { layersOfGraph, Predictor } from '#latency';

import { loadCandidate } from '../../../wiring/load-candidate.ts';
import { activeModel } from '../../../wiring/models.ts';
import type { CliContext } from '../../context.ts';
import { count } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';
import { percent, titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

export function addPredictCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'predict', 'say what networks will cost, before they are built')
    .argument('<candidates...>', 'genotypes, MCUNet subnet JSON or .tflite files')
    .action((paths: string[], options: ModelOptions) =>
      withModels(context, async ({ store, models }) => {
        const version = await activeModel(store, models, options.target, options.fidelity);
        const predictor = new Predictor(version.model);
        const predictions = [];
        for (const path of paths) {
          const { name, graph } = await loadCandidate(path);
          const network = layersOfGraph(graph);
          const unknownParts = predictor.meetsUnknown(network);
          predictions.push({
            candidate: name,
            macs: network.macs,
            ...predictor.predict(network),
            unknownParts,
          });
        }
        const { target, fidelity, unit } = version.model;
        if (options.json === true) {
          const about = { target, fidelity, unit, version: version.version };
          context.print(JSON.stringify({ ...about, predictions }, null, 2));
          return;
        }
        const rows = predictions.map(({ candidate, macs, cost, low, high, unknownParts }) => [
          candidate,
          count(macs),
          count(Math.round(cost)),
          `${count(Math.round(low))} to ${count(Math.round(high))}`,
          `± ${percent((high - low) / 2 / cost)}`,
          unknownParts ? 'has kernels that the model never met' : '',
        ]);
        context.print(titleOf(version));
        context.print(table(['candidate', 'MACs>', `${unit}>`, '90 % interval>', '>', ''], rows));
      }),
    );
}
