import type { PlanCandidate } from '#codegen';
import type { Graph } from '#network';
import { layersOfGraph, layersOfPlan, type NetworkLayers } from '../layers/index.ts';
import type { ModelDocument } from './model-document.ts';
import { Predictor, type Prediction } from './predictor.ts';

/** What a network costs under a plan, before it is built. */
export interface PlanPrediction extends Prediction {
  /** Instructions are never time. */
  readonly unit: ModelDocument['unit'];
  /** What a plan computes twice included. */
  readonly macs: number;
  /** The network is unlike those that the model was fitted to; its interval is then worth little. */
  readonly isOutOfRange: boolean;
}

/** The part of a plan that a cost depends on. */
export type CostedPlan = Pick<PlanCandidate, 'segments' | 'steps' | 'macs'>;

/** Predicts planned networks: the door for a search, which asks for thousands. */
export class PlanPredictor {
  readonly predictor: Predictor;

  constructor(model: ModelDocument) {
    this.predictor = new Predictor(model);
  }

  /** Of a plan that `planCode` or `planCodeByHand` made; without one, each op runs on its whole image. */
  predict(graph: Graph, plan?: CostedPlan): PlanPrediction {
    return this.predictLayers(this.layersOf(graph, plan));
  }

  layersOf(graph: Graph, plan?: CostedPlan): NetworkLayers {
    return plan === undefined ? layersOfGraph(graph) : layersOfPlan(graph, plan);
  }

  predictLayers(network: NetworkLayers): PlanPrediction {
    return {
      ...this.predictor.predict(network),
      unit: this.predictor.model.unit,
      macs: network.macs,
      isOutOfRange: this.predictor.isOutOfRange(network),
    };
  }
}
