import type { NetworkLayers } from '../layers/index.ts';
import type { ModelDocument } from '../model/index.ts';
import { formulas, type Formulas } from './formulas.ts';

export interface ExportedModel {
  readonly format: 'tinyfarm-latency-export/1';
  readonly target: string;
  readonly fidelity: ModelDocument['fidelity'];
  readonly unit: ModelDocument['unit'];
  /** In the unit, for one of what a formula counts. */
  readonly costs: Readonly<Record<string, number>>;
  readonly formulas: Formulas;
  /** Whether the model corrects its sum by a residual model, which an export leaves out. */
  readonly residualLeftOut: boolean;
}

/** All that evaluates a model without tinyfarm; examples/python-model-reader does. */
export function exportModel(model: ModelDocument): ExportedModel {
  return {
    format: 'tinyfarm-latency-export/1',
    target: model.target,
    fidelity: model.fidelity,
    unit: model.unit,
    costs: Object.fromEntries(model.features.map(({ name, cost }) => [name, cost])),
    formulas,
    residualLeftOut: model.residual !== undefined,
  };
}

/** A network for the reader of an exported model: one entry for each kernel call. */
export function exportLayers(network: NetworkLayers): object[] {
  return network.layers.flatMap(({ parts }) =>
    parts.map(({ shape, calls }) => ({ runs: 1, copies: 1, pixelsTogether: 5, ...shape, calls })),
  );
}
