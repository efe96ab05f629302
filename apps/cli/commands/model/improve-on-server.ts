import { isFarmError } from '#core';
import type { Batch } from '#farm';
import { parseModel, type ModelDocument } from '#latency';

import { upload, type FarmClient } from '../../client/index.ts';
import type { CliContext } from '../../context.ts';
import { poolOf, type PoolRequest } from '../../../wiring/candidate-pool.ts';
import type { Fidelity } from '../../../wiring/models.ts';
import { createProgress } from '../../output/progress.ts';
import { choose, proposalTable } from './proposals.ts';

interface ServerRequest extends PoolRequest {
  readonly budget: number;
  readonly fidelity?: Fidelity;
  readonly json?: boolean;
}

/**
 * Chooses by the server's model, and hands the batch to its queue. The server fits the model again by itself, so that
 * nothing waits here.
 */
export async function improveOnServer(
  request: ServerRequest,
  client: FarmClient,
  context: CliContext,
): Promise<void> {
  const { target, budget, json } = request;
  const model = await modelOf(client, target, request.fidelity);
  const pool = await poolOf(request, context.config);
  const chosen = choose(model, pool.members, budget);
  await pool.keep(chosen);
  const progress = createProgress(context.interactive, context.note);
  const jobs: object[] = [];
  for (const [index, { path }] of chosen.entries()) {
    progress.stage(`sending ${path} (${index + 1} of ${chosen.length})`);
    const { hash } = await upload(client, path);
    jobs.push({ candidate: hash, target, fidelity: model.fidelity });
  }
  const name = `improve the ${model.fidelity} model of ${target}`;
  const made = await client.post<{ batch: Batch; jobs: string[] }>('batches', { name, jobs });
  progress.done();
  const proposals = chosen.map(({ name: candidate, path, macs, deviation, gain }) => ({
    candidate,
    path,
    macs,
    deviation,
    gain,
  }));
  context.print(
    json === true
      ? JSON.stringify({ batch: made.batch.id, jobs: made.jobs, proposals }, null, 2)
      : `${proposalTable(chosen)}\n${made.batch.id}: ${made.jobs.length} jobs; the server fits its model again by itself`,
  );
}

/** The server's active model: of one fidelity, or hardware before emulated. Error MODEL_UNKNOWN. */
async function modelOf(client: FarmClient, target: string, fidelity?: Fidelity): Promise<ModelDocument> {
  const ask = async (kind: Fidelity): Promise<ModelDocument> =>
    parseModel(await client.get(`models/${encodeURIComponent(target)}/${kind}/document`));
  if (fidelity !== undefined) return ask(fidelity);
  try {
    return await ask('hardware');
  } catch (error) {
    if (!isFarmError(error, 'MODEL_UNKNOWN')) throw error;
    return ask('emulated');
  }
}
