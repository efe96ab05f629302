import { once } from 'node:events';

import type { Command } from 'commander';

import { FarmError } from '#core';
import { findTarget } from '#targets';

import type { OfferedOracle } from '../../server/index.ts';
import type { CliContext } from '../context.ts';
import { wholeNumber } from '../parse.ts';

interface ServeOptions {
  host: string;
  port: number;
  boards?: string;
  emulated?: ReadonlyMap<string, number>;
  simulated: number;
  simulatedMs: number;
  oracle?: ReadonlyMap<string, OfferedOracle>;
  proxyOracle?: ReadonlyMap<string, OfferedOracle>;
}

const port = wholeNumber('--port', 0, 65_535);

export function addServeCommand(program: Command, context: CliContext): void {
  const { server } = context.config;
  program
    .command('serve')
    .description('share the boards of this host, and emulated ones, with others: REST, events and a queue')
    .option('--host <address>', 'where to listen; off loopback only with tokens', server.host)
    .option('--port <n>', 'where to listen; 0 for any that is free', port, server.port)
    .option('--boards <file>', "the board list; the home's boards.yaml, if there is one, otherwise")
    .option(
      '--emulated <target=n>',
      "QEMU machines: how many of which target, repeatable, or 'none'; one of each otherwise",
      collectEmulated,
    )
    .option(
      '--simulated <n>',
      'boards that measure nothing, to try the server',
      wholeNumber('--simulated', 0, 1000),
      0,
    )
    .option(
      '--simulated-ms <n>',
      'how long their attempts take',
      wholeNumber('--simulated-ms', 0, 60_000),
      20,
    )
    .option(
      '--oracle <name=what>',
      "an accuracy oracle that campaigns may name as server:NAME; as 'search run --oracle' takes it; repeatable",
      collectOracles('--oracle', 'accuracy'),
    )
    .option(
      '--proxy-oracle <name=what>',
      'one whose answers only order networks; repeatable',
      collectOracles('--proxy-oracle', 'proxy'),
    )
    .action((options: ServeOptions) => run(options, context));
}

async function run(options: ServeOptions, context: CliContext): Promise<void> {
  const { emulatedTargets, serve } = await import('../../server/index.ts');
  const { signal, config } = context;
  const { host, simulated, simulatedMs, boards } = options;
  const emulated = options.emulated ?? new Map(emulatedTargets().map((target) => [target, 1]));
  let onFatal: (error: unknown) => void = () => {};
  const fatal = new Promise<never>((_, reject) => {
    onFatal = reject;
  });
  // It may come while the server is still being started.
  fatal.catch(() => {});
  const offeredOracles = new Map([...(options.oracle ?? []), ...(options.proxyOracle ?? [])]);
  const shelf = { boards, emulated, simulated, simulatedMs };
  const server = await serve({ config, host, port: options.port, ...shelf, offeredOracles, onFatal });
  context.print(`listening on ${server.url}`);
  try {
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), fatal]);
  } catch (error) {
    // The reason is the one that counts, not what it makes of the stop.
    await server.close().catch(() => {});
    throw error;
  }
  await server.close();
}

function collectEmulated(text: string, before: ReadonlyMap<string, number> = new Map()): Map<string, number> {
  if (text === 'none') return new Map(before);
  const { target, count } = /^(?<target>[^=]+)=(?<count>\d{1,3})$/.exec(text)?.groups ?? {};
  if (target === undefined) {
    throw new FarmError('USAGE_INVALID', `--emulated is '${text}', expected TARGET=COUNT or none`);
  }
  return new Map([...before, [findTarget(target).name, Number(count)]]);
}

function collectOracles(option: string, kind: OfferedOracle['kind']) {
  return (
    text: string,
    before: ReadonlyMap<string, OfferedOracle> = new Map(),
  ): Map<string, OfferedOracle> => {
    const { name, spec } = /^(?<name>[\w.-]+)=(?<spec>.+)$/s.exec(text)?.groups ?? {};
    if (name === undefined || spec === undefined) {
      throw new FarmError(
        'USAGE_INVALID',
        `${option} is '${text}', expected NAME=WHAT, such as supernet=program:COMMAND`,
      );
    }
    return new Map([...before, [name, { spec, kind }]]);
  };
}
