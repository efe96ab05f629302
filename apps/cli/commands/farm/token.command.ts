import type { Command } from 'commander';

import { FarmError } from '#core';
import type { ApiToken, Role } from '#store';

import { openProjectStore } from '../../../wiring/open-project-store.ts';
import {
  optionalClient,
  withOptionalServer,
  type FarmClient,
  type ServerOption,
} from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { table } from '../../output/table.ts';
import { durationMs } from '../../parse.ts';

interface TokenOptions extends ServerOption {
  local?: boolean;
  role: Role;
  expires?: number;
  json?: boolean;
}

/** What the commands need of either side. */
interface Tokens {
  create(user: string, role: Role, expiresAt: string | null): Promise<{ token: ApiToken; secret: string }>;
  list(): Promise<ApiToken[]>;
  revoke(id: string): Promise<unknown>;
}

const roleNames: readonly Role[] = ['viewer', 'submitter', 'operator', 'admin'];

export function addTokenCommand(program: Command, context: CliContext): void {
  const token = program
    .command('token')
    .description("who may use the server: in this host's store, or by a server that is named");
  withOptionalServer(token.command('create'))
    .description('make a token; its secret is shown this once')
    .argument('<user>', 'whose it is')
    .option('--role <role>', `what it may do: ${roleNames.join(', ')}`, role, 'submitter')
    .option('--expires <time>', 'after how long it ends, such as 90d', durationMs('--expires'))
    .option('--json', 'print one JSON document')
    .action((user: string, options: TokenOptions) =>
      withTokens(options, context, async (tokens) => {
        const { expires } = options;
        const expiresAt = expires === undefined ? null : new Date(Date.now() + expires).toISOString();
        const made = await tokens.create(user, options.role, expiresAt);
        context.print(options.json === true ? JSON.stringify(made, null, 2) : made.secret);
        context.note(`${made.token.id}: a ${made.token.role}, until ${expiresAt ?? 'it is revoked'}`);
      }),
    );
  withOptionalServer(token.command('list'))
    .description('the tokens, without their secrets')
    .option('--json', 'print one JSON document')
    .action((options: TokenOptions) =>
      withTokens(options, context, async (tokens) => {
        const all = await tokens.list();
        context.print(options.json === true ? JSON.stringify(all, null, 2) : list(all));
      }),
    );
  withOptionalServer(token.command('revoke'))
    .description('end a token at once')
    .argument('<id>', "as 'token list' shows it")
    .action((id: string, options: TokenOptions) =>
      withTokens(options, context, async (tokens) => {
        await tokens.revoke(id);
        context.print(`${id} revoked`);
      }),
    );
}

async function withTokens(
  options: TokenOptions,
  context: CliContext,
  action: (tokens: Tokens) => Promise<void>,
): Promise<void> {
  const client = optionalClient(options, context);
  if (client !== undefined) return action(remoteTokens(client));
  const store = await openProjectStore(context.config);
  try {
    return await action(store.tokens);
  } finally {
    await store.close();
  }
}

function remoteTokens(client: FarmClient): Tokens {
  return {
    create: (user, role, expiresAt) =>
      client.post('tokens', { user, role, ...(expiresAt === null ? {} : { expiresAt }) }),
    list: async () => (await client.get<{ items: ApiToken[] }>('tokens')).items,
    revoke: (id) => client.delete(`tokens/${encodeURIComponent(id)}`),
  };
}

function list(tokens: readonly ApiToken[]): string {
  if (tokens.length === 0) return 'no tokens yet';
  const now = new Date().toISOString();
  const rows = tokens.map(({ id, user, role, createdAt, expiresAt, revokedAt }) => {
    const isOver = expiresAt !== null && expiresAt <= now;
    const state = revokedAt !== null ? `revoked ${revokedAt}` : isOver ? 'expired' : 'valid';
    return [id, user, role, createdAt, expiresAt ?? '-', state];
  });
  return table(['token', 'user', 'role', 'made (UTC)', 'expires (UTC)', 'state'], rows);
}

function role(text: string): Role {
  const known = roleNames.find((each) => each === text);
  if (known !== undefined) return known;
  throw new FarmError('USAGE_INVALID', `--role is '${text}', expected one of ${roleNames.join(', ')}`);
}
