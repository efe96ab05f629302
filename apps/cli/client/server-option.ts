import type { Command } from 'commander';

import { FarmError } from '#core';

import type { CliContext } from '../context.ts';
import { FarmClient } from './farm-client.ts';

export interface ServerOption {
  server?: string;
}

/** Where `tinyfarm serve` listens unless told otherwise. */
const localUrl = 'http://127.0.0.1:7700';

/** Adds --server to a command that goes to a server in any case. */
export function withServer(command: Command): Command {
  return command.option('--server <url>', `the server; TINYFARM_URL, or ${localUrl}, otherwise`, serverUrl);
}

/** Adds --server to a command that does its work here unless a server is named. */
export function withOptionalServer(command: Command): Command {
  return command
    .option('--server <url>', 'let a server do it; TINYFARM_URL otherwise', serverUrl)
    .option('--local', 'do it here, although TINYFARM_URL names a server');
}

export function clientFor({ server }: ServerOption, { config, signal }: CliContext): FarmClient {
  const { url, token } = config.client;
  return new FarmClient({ url: server ?? url ?? localUrl, token, signal });
}

/** Undefined where the work is to be done here. */
export function optionalClient(
  options: ServerOption & { local?: boolean },
  context: CliContext,
): FarmClient | undefined {
  const isNamed = options.server !== undefined || context.config.client.url !== undefined;
  return options.local === true || !isNamed ? undefined : clientFor(options, context);
}

function serverUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new FarmError('USAGE_INVALID', `--server is '${text}', expected a URL such as ${localUrl}`);
  }
  return text;
}
