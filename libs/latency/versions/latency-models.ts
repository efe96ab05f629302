import { FarmError, type Clock } from '#core';
import type { TrainingRow } from '../fit/index.ts';
import { reportErrors } from '../evaluate/index.ts';
import { fitModel, Predictor, priorOfModel, type FittedModel, type ModelDocument } from '../model/index.ts';
import type { ModelKey, ModelRepository, ModelVersion } from './model-repository.ts';

export interface LatencyModelsOptions {
  readonly repository: ModelRepository;
  readonly clock: Clock;
  /** Version of tinyfarm. */
  readonly code: string;
  /** Where a fit is computed; default: here. `fitInWorker` keeps the event loop free. */
  readonly fit?: (
    rows: readonly TrainingRow[],
    options: { readonly prior?: ModelDocument },
  ) => Promise<FittedModel>;
}

export interface FitRequest {
  /** Version of another key to begin with: a sibling core's model, or the emulated one of the same target. */
  readonly prior?: ModelVersion;
}

/** Fits, keeps, promotes and rolls back the models of all targets. */
export class LatencyModels {
  readonly #options: LatencyModelsOptions;

  constructor(options: LatencyModelsOptions) {
    this.#options = options;
  }

  /**
   * Fits a new version and makes it the active one if it predicts rows that neither has seen at least as well. Errors:
   * MODEL_TOO_FEW_ROWS, MODEL_ROWS_MIXED, STORE_FAILED.
   */
  async refit(rows: readonly TrainingRow[], request: FitRequest = {}): Promise<ModelVersion> {
    const { repository, clock, code } = this.#options;
    const { prior } = request;
    const fit = this.#options.fit ?? fitHere;
    const fitted = await fit(rows, prior === undefined ? {} : { prior: prior.model });
    const active = await repository.active(fitted.model);
    const { promote, decision } = compare(active, fitted, rows);
    const version = await repository.add({
      ...fitted,
      rows,
      ...(prior === undefined ? {} : { prior: prior.model }),
      code: `tinyfarm ${code}, V8 ${process.versions.v8}`,
      createdAtMs: clock.nowMs(),
      decision,
    });
    if (promote) await repository.activate(fitted.model, version.version);
    return version;
  }

  /** By hand, to any version. Error MODEL_UNKNOWN. */
  async rollback(key: ModelKey, version: number): Promise<ModelVersion> {
    const found = await this.#options.repository.find(key, version);
    if (found === undefined) {
      throw new FarmError(
        'MODEL_UNKNOWN',
        `${key.fidelity} model ${version} of ${key.target} does not exist`,
      );
    }
    await this.#options.repository.activate(key, version);
    return found;
  }

  /**
   * What predicts a target best: the hardware model once there is one, until then the emulated one, whose unit is
   * instructions and never time. Error MODEL_UNKNOWN.
   */
  async best(target: string): Promise<ModelVersion> {
    const { repository } = this.#options;
    const found =
      (await repository.active({ target, fidelity: 'hardware' })) ??
      (await repository.active({ target, fidelity: 'emulated' }));
    if (found === undefined) {
      throw new FarmError(
        'MODEL_UNKNOWN',
        `there is no latency model of ${target} yet, expected one to be fitted`,
      );
    }
    return found;
  }
}

function fitHere(
  rows: readonly TrainingRow[],
  { prior }: { readonly prior?: ModelDocument },
): Promise<FittedModel> {
  return Promise.resolve(fitModel(rows, prior === undefined ? {} : { prior: priorOfModel(prior) }));
}

/** Whether a version's own rows give its model again, to the last bit. */
export function isReproducible({ model, rows, prior }: ModelVersion): boolean {
  const again = fitModel(rows, prior === undefined ? {} : { prior: priorOfModel(prior) });
  return JSON.stringify(again.model) === JSON.stringify(model);
}

/** The new one by its held-out predictions, the active one on rows that came after it. */
function compare(
  active: ModelVersion | undefined,
  { report }: FittedModel,
  rows: readonly TrainingRow[],
): { promote: boolean; decision: string } {
  if (active === undefined) return { promote: true, decision: 'the first of its kind' };
  const known = new Set(active.rows.map(({ id }) => id));
  const predictor = new Predictor(active.model);
  const fresh = report.heldOut.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) {
    const [before, now] = [active.report, report].map((each) => each.crossValidation.meanAbsoluteError) as [
      number,
      number,
    ];
    return decide(now <= before, now, before, 'held-out rows of their own');
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  const errorOf = (predicted: (id: string) => number): number =>
    reportErrors(fresh.map((row) => ({ ...row, macs: 0, predicted: predicted(row.id) }))).meanAbsoluteError;
  const now = errorOf((id) => fresh.find((row) => row.id === id)!.predicted);
  const before = errorOf((id) => predictor.costOf(byId.get(id)!.network));
  return decide(now <= before, now, before, `${fresh.length} rows new to both`);
}

function decide(
  promote: boolean,
  now: number,
  before: number,
  where: string,
): { promote: boolean; decision: string } {
  const percent = (share: number): string => `${(100 * share).toFixed(3)} %`;
  const verb = promote ? 'promoted' : 'not promoted';
  return { promote, decision: `${verb}: error ${percent(now)} against ${percent(before)} on ${where}` };
}
