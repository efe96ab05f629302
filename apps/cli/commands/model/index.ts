import type { Command } from 'commander';

import type { CliContext } from '../../context.ts';
import { addDriftCommand } from './drift.command.ts';
import { addEvalCommand } from './eval.command.ts';
import { addModelExportCommand } from './export.command.ts';
import { addFitCommand } from './fit.command.ts';
import { addImproveCommand } from './improve.command.ts';
import { addOperatorsCommand } from './operators.command.ts';
import { addPredictCommand } from './predict.command.ts';
import { addShowCommand } from './show.command.ts';
import { addRollbackCommand, addVersionsCommand } from './versions.command.ts';

export function addModelCommand(program: Command, context: CliContext): void {
  const model = program
    .command('model')
    .description('latency models: what a network will cost on a target, learnt from its measurements');
  addFitCommand(model, context);
  addShowCommand(model, context);
  addPredictCommand(model, context);
  addEvalCommand(model, context);
  addImproveCommand(model, context);
  addOperatorsCommand(model, context);
  addDriftCommand(model, context);
  addVersionsCommand(model, context);
  addRollbackCommand(model, context);
  addModelExportCommand(model, context);
}
