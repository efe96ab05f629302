import type { Command } from 'commander';

import { exportLayers, exportModel, layersOfGraph } from '#latency';

import { loadCandidate } from '../../../wiring/load-candidate.ts';
import { activeModel } from '../../../wiring/models.ts';
import { writeFileSafely } from '../../../wiring/write-file-safely.ts';
import type { CliContext } from '../../context.ts';
import { titleOf } from './model-report.ts';
import { modelCommand, withModels, type ModelOptions } from './with-models.ts';

interface ExportOptions extends ModelOptions {
  out: string;
  layersOf?: string;
}

export function addModelExportCommand(parent: Command, context: CliContext): void {
  modelCommand(parent, 'export', 'write a model as JSON that examples/python-model-reader evaluates')
    .requiredOption('-o, --out <file>', 'where to write it')
    .option('--layers-of <candidate>', "write this network's kernel calls instead, for the same reader")
    .action((options: ExportOptions) =>
      withModels(context, async ({ store, models }) => {
        if (options.layersOf !== undefined) {
          const { name, graph } = await loadCandidate(options.layersOf);
          const calls = exportLayers(layersOfGraph(graph));
          await writeFileSafely(options.out, `${JSON.stringify(calls, null, 2)}\n`);
          context.print(`${options.out}: ${calls.length} kernel calls of ${name}`);
          return;
        }
        const version = await activeModel(store, models, options.target, options.fidelity);
        const exported = exportModel(version.model);
        await writeFileSafely(options.out, `${JSON.stringify(exported, null, 2)}\n`);
        const left = exported.residualLeftOut ? '; its residual model is left out' : '';
        context.print(`${options.out}: ${titleOf(version)}${left}`);
      }),
    );
}
