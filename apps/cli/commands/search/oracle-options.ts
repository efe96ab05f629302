import type { Command } from 'commander';

import type { AccuracyOracle } from '#search';

import { createOracle } from '../../../wiring/search-oracle.ts';
import { positiveInteger } from '../../parse.ts';

export interface OracleOptions {
  oracle: string;
  proxy?: boolean;
  oracleTimeout: number;
}

/** Who says how good networks are. */
export function addOracleOptions(command: Command): Command {
  return command
    .option(
      '--oracle <what>',
      'who says how good networks are: macs (a proxy), table:FILE, onnx:FILE, program:COMMAND, or a URL',
      'macs',
    )
    .option('--proxy', "the oracle's answers only order networks: never call them accuracy")
    .option('--oracle-timeout <seconds>', 'for one answer', positiveInteger('--oracle-timeout'), 600);
}

export function openOracle(options: OracleOptions, signal: AbortSignal): Promise<AccuracyOracle> {
  const kind = options.proxy === true ? 'proxy' : 'accuracy';
  return createOracle({ spec: options.oracle, kind, timeoutMs: options.oracleTimeout * 1000, signal });
}
