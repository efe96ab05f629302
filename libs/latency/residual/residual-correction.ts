import type { ResidualModel } from './residual-schema.ts';

/** Evaluates a residual model: a search asks for it as often as for a cost, so that its points lie in one array. */
export class ResidualCorrection {
  /** Position of a kind of layer; others count only towards the total. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly #model: ResidualModel;
  readonly #points: Float64Array;
  readonly #place: Float64Array;

  constructor(model: ResidualModel) {
    this.#model = model;
    this.kinds = new Map(model.kinds.map((kind, index) => [kind, index]));
    this.#points = Float64Array.from(model.points.flat());
    this.#place = new Float64Array(model.kinds.length + 1);
  }

  /** The expected relative error of the sum, given what the layers of each kind cost and what all do. */
  at(costs: Float64Array, total: number): number {
    const { centre, scale, lengthScale, weights } = this.#model;
    const place = this.#place;
    const size = place.length;
    for (let i = 0; i < size; i++) {
      const value = i === size - 1 ? Math.log(total) : costs[i]! / total;
      place[i] = (value - centre[i]!) / scale[i]!;
    }
    const reach = 2 * size * lengthScale ** 2;
    let sum = 0;
    for (let row = 0; row < weights.length; row++) {
      let squares = 0;
      for (let i = 0; i < size; i++) {
        const apart = this.#points[row * size + i]! - place[i]!;
        squares += apart * apart;
      }
      sum += weights[row]! * Math.exp(-squares / reach);
    }
    return sum;
  }
}
