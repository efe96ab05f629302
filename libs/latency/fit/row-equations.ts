import { relativeVariance, type Design } from './design.ts';
import { NormalEquations } from './normal-equations.ts';

/** The equations of some rows, kept apart by kind of noise: for another misfit they need not be gathered again. */
export class RowEquations {
  readonly #design: Design;
  /** By the design's kinds; absent where no row is of a kind. */
  readonly #kinds: (NormalEquations | undefined)[] = [];

  private constructor(design: Design) {
    this.#design = design;
  }

  /** Of rows, each an index and its cost. */
  static of(design: Design, rows: Iterable<readonly [number, number]>): RowEquations {
    const all = new RowEquations(design);
    for (const [row, rowCost] of rows) {
      design.observe(row, rowCost, ({ kind, counts, cost, weight }) => {
        all.#of(kind).add(counts, design.expected, cost, weight);
      });
    }
    return all;
  }

  /** Together, but for one. */
  static allBut(parts: readonly RowEquations[], left: number): RowEquations {
    const all = new RowEquations(parts[0]!.#design);
    for (const [index, part] of parts.entries()) {
      if (index === left) continue;
      for (const [kind, equations] of part.#kinds.entries()) {
        if (equations !== undefined) all.#of(kind).addAll(equations, 1);
      }
    }
    return all;
  }

  /** As one, weighed for a misfit. */
  at(misfit: number): NormalEquations {
    const { features, kinds } = this.#design;
    const sum = new NormalEquations(features.length);
    for (const [kind, equations] of this.#kinds.entries()) {
      if (equations !== undefined) sum.addAll(equations, 1 / relativeVariance(kinds[kind]!, misfit));
    }
    return sum;
  }

  #of(kind: number): NormalEquations {
    return (this.#kinds[kind] ??= new NormalEquations(this.#design.features.length));
  }
}
