import type { BoardView } from '#farm';

import type { FarmClient } from '../../client/index.ts';
import { table } from '../../output/table.ts';

/** The boards of a server, and why those that take no jobs take none. */
export async function listServerBoards(client: FarmClient): Promise<string> {
  const { items } = await client.get<{ items: BoardView[] }>('boards');
  const there = items.filter(({ gone }) => !gone);
  if (there.length === 0) return 'the server has no boards';
  const rows = there.map(({ id, target, fidelity, bench, tags, health, state, flashes, obstacle }) => [
    id,
    target,
    fidelity,
    bench,
    tags.join(' ') || '-',
    health,
    state,
    String(flashes),
    obstacle ?? 'takes jobs',
  ]);
  return table(['board', 'target', 'fidelity', 'bench', 'tags', 'health', 'state', 'flashes>', 'now'], rows);
}
