import type { Command } from 'commander';

import { FarmError } from '#core';
import type { LatencyModels } from '#latency';
import type { Store } from '#store';
import { findTarget } from '#targets';

import { openProjectStore } from '../../../wiring/open-project-store.ts';
import { createModels, type Fidelity } from '../../../wiring/models.ts';
import type { CliContext } from '../../context.ts';

export interface ModelOptions {
  target: string;
  fidelity?: Fidelity;
  json?: boolean;
}

export interface Services {
  readonly store: Store;
  readonly models: LatencyModels;
}

/** A sub-command of `model` with the options that all of them have. */
export function modelCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption('--target <name>', "whose model; 'tinyfarm targets' lists them", targetName)
    .option('--fidelity <kind>', 'emulated or hardware; without it, the best there is', fidelity)
    .option('--json', 'print one JSON document');
}

/** Runs `action` with the store open. */
export async function withModels(
  context: CliContext,
  action: (services: Services) => Promise<void>,
): Promise<void> {
  const store = await openProjectStore(context.config);
  try {
    await action({ store, models: createModels(store, context.signal) });
  } finally {
    await store.close();
  }
}

function targetName(text: string): string {
  return findTarget(text).name;
}

function fidelity(text: string): Fidelity {
  if (text !== 'emulated' && text !== 'hardware') {
    throw new FarmError('USAGE_INVALID', `--fidelity is '${text}', expected emulated or hardware`);
  }
  return text;
}
