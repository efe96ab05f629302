import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import pLimit from 'p-limit';

import { FarmError, isFarmError, silentLogger, systemClock } from '#core';
import { createQemuDevice } from '#devices';
import { rowOfMeasurement, type NetworkLayers } from '#latency';
import type { Measurement } from '#measurement';
import { formatGenotype, type Genotype } from '#network';
import type { MeasuredOutcome, Outcome, Proposal } from '#search';
import type { Store } from '#store';
import { findTarget } from '#targets';

import type { Config } from '../config.ts';
import type { PlanWish } from './choose-plan.ts';
import { measureCandidate } from './measure-candidate.ts';
import { measureServices } from './measure-services.ts';
import { tinyfarmVersion } from './project.ts';
import { writeFileSafely } from './write-file-safely.ts';

export interface CampaignMeasureOptions {
  readonly target: string;
  readonly config: Config;
  readonly store: Store;
  /** Where the genotypes of proposals are written. */
  readonly folder: string;
  /** Measurements from before it are not this campaign's. */
  readonly createdAtMs: number;
  /** What the estimates planned by. */
  readonly plan: PlanWish;
  readonly layersOf: (proposal: Proposal) => NetworkLayers;
  readonly signal: AbortSignal;
}

type Measure = (batch: readonly Proposal[], report: (outcome: Outcome) => Promise<void>) => Promise<void>;

const tries = 3;

/** Measures proposals in QEMU, as many at once as there are cores, and stores each. */
export function measureInQemu(options: CampaignMeasureOptions): Measure {
  const target = findTarget(options.target);
  const device = createQemuDevice({ target, clock: systemClock, logger: silentLogger });
  const limit = pLimit(availableParallelism());
  return async (batch, report) => {
    const abort = new AbortController();
    const signal = AbortSignal.any([options.signal, abort.signal]);
    const services = measureServices({ config: options.config, device, signal });
    const one = async (proposal: Proposal): Promise<void> => {
      signal.throwIfAborted();
      const path = await writeGenotype(options.folder, proposal.genotype);
      const known = await knownMeasurement(proposal, options);
      if (known !== undefined) {
        await report(outcomeOf(proposal, known, options.layersOf(proposal)));
        return;
      }
      const request = {
        candidatePath: path,
        target,
        inputSeed: 0,
        repeats: 1,
        warmup: 0,
        timeoutMs: 120_000,
        plan: options.plan,
      };
      try {
        const { measurement, files, failure } = await retrying(async () => {
          const result = await measureCandidate(request, services);
          if (result.failure?.traits.retryable === true) throw result.failure;
          return result;
        });
        await options.store.measurements.save(measurement, files);
        if (failure !== null) throw failure;
        if (measurement.status === 'rejected') {
          throw new FarmError('MEASUREMENT_REJECTED', `measurement rejected: ${measurement.reason}`);
        }
        await report(outcomeOf(proposal, measurement, options.layersOf(proposal)));
      } catch (error) {
        if (signal.aborted || !isFarmError(error) || error.traits.blame !== 'candidate') throw error;
        await report({ key: proposal.key, status: 'failed', code: error.code, message: error.message });
      }
    };
    const turns = batch.map((proposal) =>
      limit(() => one(proposal)).catch((error: unknown) => {
        // The others would only wait for the same trouble.
        abort.abort(error);
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(turns)).some(({ status }) => status === 'rejected');
    if (!failed) return;
    if (options.signal.aborted) {
      throw new FarmError('INTERRUPTED', 'the search was interrupted and can be resumed');
    }
    throw abort.signal.reason;
  };
}

export async function writeGenotype(folder: string, genotype: Genotype): Promise<string> {
  const path = join(folder, `${genotype.name}.json`);
  await writeFileSafely(path, genotypeText(genotype));
  return path;
}

/** The file of a genotype, by whose hash it is known as a candidate. */
export function genotypeText(genotype: Genotype): string {
  return `${JSON.stringify(formatGenotype(genotype), null, 2)}\n`;
}

/** One that was stored, but not written into the journal before its process died. */
async function knownMeasurement(
  { genotype, estimate }: Proposal,
  { store, target, createdAtMs }: CampaignMeasureOptions,
): Promise<Measurement | undefined> {
  const candidateHash = createHash('sha256').update(genotypeText(genotype)).digest('hex');
  const found = await store.measurements.find({ candidateHash, target, status: 'accepted' });
  return found.find(
    ({ provenance, sram, fidelity }) =>
      fidelity === 'emulated' &&
      Date.parse(provenance.startedAt) >= createdAtMs &&
      provenance.tools['tinyfarm'] === tinyfarmVersion &&
      sram.planned.arenaBytes === estimate.plan.arenaBytes,
  );
}

/** What a loop learns from a measurement of a proposal that ran these layers. */
export function outcomeOf(
  proposal: Proposal,
  measurement: Measurement,
  layers: NetworkLayers,
): MeasuredOutcome {
  const row = rowOfMeasurement(measurement, layers);
  const { id, fidelity, board, on, sram, flash, provenance } = measurement;
  return {
    key: proposal.key,
    status: 'measured',
    measurementId: id,
    fidelity,
    on: board ?? on,
    cost: row.cost,
    ...(row.layerCosts === undefined ? {} : { layerCosts: row.layerCosts }),
    relativeNoise: row.relativeNoise,
    sramBytes: (sram.measured ?? sram.planned).peakBytes,
    flashBytes: flash.totalBytes,
    buildHash: provenance.buildHash,
  };
}

/** A busy host may fail to start an emulator once. */
async function retrying<T>(action: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await action();
    } catch (error) {
      if (turn >= tries || !isFarmError(error) || !error.traits.retryable) throw error;
    }
  }
}
