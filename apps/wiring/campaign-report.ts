import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeTflite } from '#network';
import {
  advance,
  finalFront,
  initialState,
  measuredMerits,
  measuredSoFar,
  MeasuredFront,
  renderReport,
  type Campaign,
  type CampaignSpec,
  type LoopState,
  type LoopStep,
  type MeasuredOutcome,
  type MeasuredPair,
  type ReportData,
  type ReportedNetwork,
  type ReportedRound,
  type Yardstick,
} from '#search';
import { findTarget } from '#targets';

import { writeGenotype } from './campaign-measure.ts';
import { planWish } from './campaign-model.ts';
import { loadAndGenerate } from './load-candidate.ts';
import { writeFileSafely } from './write-file-safely.ts';

/** Where a campaign stands, those measured in a round that is under way included. */
export function standingOf({ spec }: Campaign, steps: readonly LoopStep[]): LoopState {
  const state = steps.reduce((before, step) => advance(before, step, spec.limits), initialState(spec.seed));
  return { ...state, measured: measuredSoFar(state, spec.limits) };
}

/** What a report of a campaign shows, without files. */
export function reportOf(campaign: Campaign, steps: readonly LoopStep[]): ReportData {
  const { name, spec, createdAtMs } = campaign;
  const state = standingOf(campaign, steps);
  const { yardstick, measured } = state;
  const front = new Set(finalFront(measured, spec.objectives));
  const fidelity = measured[0]?.outcome.fidelity ?? spec.fidelity;
  return {
    name,
    target: spec.target,
    targetDescription: findTarget(spec.target).description,
    fidelity,
    unit: fidelity === 'emulated' ? 'instructions' : 'cycles',
    limits: spec.limits,
    objectives: spec.objectives,
    space: spec.space.name,
    seed: spec.seed,
    state: stateText(campaign, state),
    startedAt: new Date(createdAtMs).toISOString(),
    elapsedMs: state.elapsedMs,
    networks: measured.map((pair, index) => networkOf(pair, index + 1, front.has(pair), spec)),
    failed: state.failed,
    rounds: roundsOf(steps),
    falseFeasible: state.falseFeasible,
    volumes: yardstick === undefined ? [0] : volumesOf(measured, yardstick),
    commands: [spec.command],
    ...(spec.startModel === undefined ? {} : { startModel: spec.startModel.source }),
    versions: spec.versions,
  };
}

/**
 * Writes the report and, for each network on the front, its genotype, .tflite and generated C; what an earlier report left
 * of networks that are on it no longer is removed. Returns the report's path.
 */
export async function exportCampaign(
  campaign: Campaign,
  steps: readonly LoopStep[],
  folder: string,
): Promise<string> {
  const data = reportOf(campaign, steps);
  const networks: ReportedNetwork[] = [];
  for (const network of data.networks) {
    if (!network.onFront) await rm(networkFolder(folder, network), { recursive: true, force: true });
    networks.push(network.onFront ? await exportNetwork(network, campaign.spec, folder) : network);
  }
  const path = join(folder, 'report.html');
  await writeFileSafely(path, renderReport({ ...data, networks }));
  return path;
}

function networkFolder(folder: string, { name }: Pick<ReportedNetwork, 'name'>): string {
  return join(folder, 'networks', name);
}

async function exportNetwork(
  network: ReportedNetwork,
  spec: CampaignSpec,
  folder: string,
): Promise<ReportedNetwork> {
  const { name, genotype } = network;
  const own = networkFolder(folder, network);
  const path = await writeGenotype(own, genotype);
  const { candidate, code } = await loadAndGenerate(path, planWish(spec));
  await writeFileSafely(join(own, `${name}.tflite`), writeTflite(candidate.network));
  for (const file of code.files) await writeFileSafely(join(own, 'code', file.path), file.content);
  const link = `networks/${name}`;
  return {
    ...network,
    files: { genotype: `${link}/${name}.json`, tflite: `${link}/${name}.tflite`, code: `${link}/code/` },
  };
}

function networkOf(
  { proposal, outcome, round, feasible }: MeasuredPair,
  number: number,
  onFront: boolean,
  spec: CampaignSpec,
): ReportedNetwork {
  const { key, genotype, estimate, score, purpose } = proposal;
  const { cost, sramBytes, flashBytes } = estimate;
  const { sramLimitBytes } = planWish(spec);
  const plan = `--plan quick${sramLimitBytes === undefined ? '' : ` --sram-limit ${sramLimitBytes}`}`;
  const file = `networks/${genotype.name}/${genotype.name}.json`;
  return {
    key,
    name: genotype.name,
    genotype,
    number,
    round,
    purpose,
    macs: estimate.macs,
    plan: estimate.plan.label,
    score,
    predicted: { cost: cost.mean, low: cost.low, high: cost.high, sramBytes, flashBytes },
    measured: { cost: outcome.cost, sramBytes: outcome.sramBytes, flashBytes: outcome.flashBytes },
    feasible,
    onFront,
    measurementId: outcome.measurementId,
    buildHash: outcome.buildHash,
    commands: [
      `tinyfarm measure ${file} ${whereOf(spec, outcome)} ${plan}`,
      `tinyfarm codegen ${file} ${plan} --out code`,
    ],
  };
}

/** The same board: another of its kind is another measurement. */
function whereOf({ target }: CampaignSpec, { fidelity, on }: MeasuredOutcome): string {
  return fidelity === 'hardware' ? `--target ${target} --board ${on}` : `--target ${target}`;
}

function roundsOf(steps: readonly LoopStep[]): ReportedRound[] {
  return steps.flatMap((step): ReportedRound[] => {
    if (step.kind !== 'fitted') return [];
    const isOfRound = (other: LoopStep): boolean => 'round' in other && other.round === step.round;
    const own = steps.filter(isOfRound);
    const proposed = own.find(({ kind }) => kind === 'proposed') as LoopStep & { kind: 'proposed' };
    const failed = own.filter(
      (other) => other.kind === 'outcome' && other.outcome.status === 'failed',
    ).length;
    const { round, meanAbsoluteError, margins, volume, elapsedMs } = step;
    return [
      {
        round,
        searched: proposed.searched,
        measured: proposed.proposals.length - failed,
        failed,
        costSource: proposed.costSource,
        ...(meanAbsoluteError === undefined ? {} : { meanAbsoluteError }),
        margins,
        volume,
        elapsedMs,
      },
    ];
  });
}

function volumesOf(measured: readonly MeasuredPair[], yardstick: Yardstick): number[] {
  const front = new MeasuredFront(yardstick);
  return [
    0,
    ...measured.map(({ proposal, outcome, feasible }) => {
      if (feasible) front.add(measuredMerits(proposal, outcome));
      return front.volume;
    }),
  ];
}

function stateText({ state, message, stopAsked }: Campaign, { ended }: LoopState): string {
  if (state === 'ended') return `ended: ${ended ?? 'unknown'}`;
  if (state === 'failed') return `failed: ${message ?? 'unknown'}`;
  return state === 'running' && stopAsked ? 'running, asked to stop' : state;
}
