import type { Limits } from '../estimate/index.ts';
import {
  hypervolume,
  objectiveVector,
  paretoFront,
  type Merits,
  type Objective,
  type ObjectiveVector,
} from '../pareto/index.ts';

/** Fixed at the beginning of a campaign, so that hypervolumes of all its fronts can be compared. */
export interface Yardstick {
  readonly objectives: readonly Objective[];
  /** What counts as no better than nothing, by objective: the limit where there is one. Minimised values. */
  readonly reference: ObjectiveVector;
  /** The best of each objective alone; the box from here to the reference has volume 1. */
  readonly ideal: ObjectiveVector;
}

/** The worst of what was seen counts for something, too. */
const beyondWorst = 0.05;

/** From the merits that a first search found; at least one. */
export function makeYardstick(
  merits: readonly Merits[],
  objectives: readonly Objective[],
  limits: Limits,
): Yardstick {
  const vectors = merits.map((each) => objectiveVector(each, objectives));
  const limitOf: Record<Objective, number | undefined> = {
    cost: limits.cost,
    sram: limits.sramBytes,
    flash: limits.flashBytes,
    score: undefined,
  };
  const ideal = objectives.map((_, i) => Math.min(...vectors.map((vector) => vector[i]!)));
  const reference = objectives.map((objective, i) => {
    const worst = Math.max(...vectors.map((vector) => vector[i]!));
    const limit = limitOf[objective] ?? worst + beyondWorst * Math.max(worst - ideal[i]!, Math.abs(worst));
    // A pool of equals must not make a box without volume.
    return limit > ideal[i]! ? limit : ideal[i]! + Math.max(1, Math.abs(ideal[i]!));
  });
  return { objectives, reference, ideal };
}

/** A front that points are added to, and its hypervolume as a share of the yardstick's box. */
export class MeasuredFront {
  readonly #yardstick: Yardstick;
  readonly #reference: ObjectiveVector;
  #points: ObjectiveVector[] = [];
  #volume = 0;

  constructor(yardstick: Yardstick) {
    this.#yardstick = yardstick;
    this.#reference = yardstick.objectives.map(() => 1);
  }

  get volume(): number {
    return this.#volume;
  }

  /** How much the volume would grow. */
  gainOf(merits: Merits): number {
    const point = this.#normalised(merits);
    if (point.some((value) => value >= 1) || this.#points.some((other) => isNoWorse(other, point))) return 0;
    // What the point dominates, less what the front dominates of that already.
    const box = point.reduce((volume, value) => volume * (1 - value), 1);
    const shared = this.#points.map((other) => other.map((value, i) => Math.max(value, point[i]!)));
    return (
      box -
      hypervolume(
        paretoFront(shared).map((index) => shared[index]!),
        this.#reference,
      )
    );
  }

  add(merits: Merits): void {
    this.#volume += this.gainOf(merits);
    const points = [...this.#points, this.#normalised(merits)];
    this.#points = paretoFront(points).map((index) => points[index]!);
  }

  /** With the same points, to be added to without changing this one. */
  copy(): MeasuredFront {
    const copy = new MeasuredFront(this.#yardstick);
    copy.#points = [...this.#points];
    copy.#volume = this.#volume;
    return copy;
  }

  #normalised(merits: Merits): ObjectiveVector {
    const { objectives, reference, ideal } = this.#yardstick;
    return objectiveVector(merits, objectives).map(
      (value, i) => (value - ideal[i]!) / (reference[i]! - ideal[i]!),
    );
  }
}

function isNoWorse(a: ObjectiveVector, b: ObjectiveVector): boolean {
  return a.every((value, i) => value <= b[i]!);
}
