import { layersOfGraph, proposeBatch, type ModelDocument } from '#latency';

import type { PoolMember } from '../../../wiring/candidate-pool.ts';
import { count } from '../../output/numbers.ts';
import { table } from '../../output/table.ts';
import { percent } from './model-report.ts';

export interface Chosen extends PoolMember {
  readonly deviation: number;
  readonly gain: number;
}

/** The members whose measurement would teach the model most. */
export function choose(model: ModelDocument, members: readonly PoolMember[], budget: number): Chosen[] {
  const networks = members.map(({ graph }) => layersOfGraph(graph));
  return proposeBatch(model, networks, budget).map(({ network, deviation, gain }) => ({
    ...members[networks.indexOf(network)]!,
    deviation,
    gain,
  }));
}

export function proposalTable(chosen: readonly Chosen[]): string {
  const rows = chosen.map(({ name, path, macs, deviation, gain }) => [
    name,
    count(macs),
    percent(deviation),
    percent(gain),
    path,
  ]);
  return table(['measure next', 'MACs>', 'uncertain by>', 'removes of what is uncertain>', 'file'], rows);
}
