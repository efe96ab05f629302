import { isFarmError } from '#core';
import {
  findDrift,
  type LatencyModels,
  type ModelKey,
  type ModelVersion,
  type RaisedDrift,
  type TrainingRow,
} from '#latency';
import type { Measurement } from '#measurement';
import type { Store } from '#store';

import { priorFor } from './models.ts';
import { rowFrom, storedRows, type KnownNetworks } from './training-rows.ts';

export interface RefitContext {
  readonly store: Store;
  readonly models: LatencyModels;
  readonly nowMs: number;
  /** Kept between refits by whoever lives long. */
  readonly networks?: KnownNetworks;
  /** Boards whose sentinel no longer measures as it used to. */
  readonly movedBoards?: ReadonlySet<string>;
}

export interface RefitOutcome {
  /** New measurements that the active model had not expected; on record already. */
  readonly drift: readonly RaisedDrift[];
  /** The new version; absent where one is not worth it yet. */
  readonly version?: ModelVersion;
}

/** Below this growth of the rows a refit waits for more, so that all refits together cost as much as a few. */
const worthwhileGrowth = 0.05;

/**
 * What follows new accepted measurements of a target: those far from their prediction are flagged, and a new version is
 * fitted once there are a twentieth more rows than the last one had. Fewer than three rows make no model, and no error.
 */
export async function refitOnce(
  context: RefitContext,
  key: ModelKey,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RefitOutcome> {
  const { store, models } = context;
  const [active, newest] = [await store.models.active(key), await store.models.newest(key)];
  const { rows } = await storedRows(store, key, context.networks);
  const drift = active === undefined ? [] : await raiseDrift(context, active, newRows(rows, active));
  const fresh = newRows(rows, newest).length;
  if (!force && !isWorthwhile(fresh, newest)) return { drift };
  const prior = await priorFor(store, models, key);
  try {
    return { drift, version: await models.refit(rows, prior === undefined ? {} : { prior }) };
  } catch (error) {
    if (!force && isFarmError(error, 'MODEL_TOO_FEW_ROWS')) return { drift };
    throw error;
  }
}

/**
 * The same for one measurement of a program that ends after it: nothing but its own network is read unless a refit is
 * due. `wish`: `auto` as `refitOnce`, or always, or never.
 */
export async function refitAfter(
  context: RefitContext,
  measurement: Measurement,
  wish: 'auto' | 'always' | 'never',
): Promise<RefitOutcome> {
  const { store } = context;
  const { target, fidelity } = measurement;
  const row = await rowFrom(store, measurement);
  if (typeof row === 'string') return { drift: [] };
  const active = await store.models.active({ target, fidelity });
  const drift = active === undefined ? [] : await raiseDrift(context, active, newRows([row], active));
  if (wish === 'never') return { drift };
  if (wish === 'auto') {
    const newest = await store.models.newest({ target, fidelity });
    const since = newest === undefined ? undefined : new Date(newest.createdAtMs).toISOString();
    const fresh = await store.measurements.countAccepted({ target, fidelity }, since);
    if (newRows([row], newest).length === 0 || !isWorthwhile(fresh, newest)) return { drift };
  }
  const { version } = await refitOnce(context, { target, fidelity }, { force: wish === 'always' });
  return version === undefined ? { drift } : { drift, version };
}

function isWorthwhile(fresh: number, newest: ModelVersion | undefined): boolean {
  return fresh >= Math.max(1, worthwhileGrowth * (newest?.rows.length ?? 0));
}

/** Those that a version was not fitted to. An emulated network that was only measured again is not new. */
function newRows(rows: readonly TrainingRow[], version: ModelVersion | undefined): TrainingRow[] {
  if (version === undefined) return [...rows];
  const known = new Set(version.rows.flatMap((row) => [row.id, repeated(row)]));
  return rows.filter(
    (row) => !known.has(row.id) && !(row.fidelity === 'emulated' && known.has(repeated(row))),
  );
}

function repeated({ network, cost }: TrainingRow): string {
  return JSON.stringify([network.candidate, network.macs, cost]);
}

async function raiseDrift(
  { store, nowMs, movedBoards }: RefitContext,
  { model, version }: ModelVersion,
  rows: readonly TrainingRow[],
): Promise<RaisedDrift[]> {
  const { target, fidelity } = model;
  const known = new Set((await store.drift.list({ target, fidelity, limit: 10_000 })).map(({ id }) => id));
  const raised = rows
    .filter(({ id }) => !known.has(id))
    .flatMap((row): RaisedDrift[] => {
      const flag = findDrift(model, row, movedBoards === undefined ? {} : { movedBoards });
      return flag === undefined ? [] : [{ ...flag, target, fidelity, version, raisedAtMs: nowMs }];
    });
  await store.drift.save(raised);
  return raised;
}
