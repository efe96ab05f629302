import { relativeVariance, type Design, type NoiseKind } from './design.ts';
import { NormalEquations } from './normal-equations.ts';

interface KindEquations {
  readonly kind: NoiseKind;
  readonly equations: NormalEquations;
}

/** The equations of some rows, kept apart by kind of noise: for another misfit they need not be gathered again. */
export class RowEquations {
  readonly #size: number;
  readonly #kinds = new Map<string, KindEquations>();

  private constructor(size: number) {
    this.#size = size;
  }

  /** Of rows, each an index and its cost. */
  static of(design: Design, rows: Iterable<readonly [number, number]>): RowEquations {
    const all = new RowEquations(design.features.length);
    for (const [row, cost] of rows) {
      design.observe(row, cost, (one) => {
        all.#of(one.kind).add(one.counts, design.expected, one.cost, one.weight);
      });
    }
    return all;
  }

  /** Together, but for one. */
  static allBut(parts: readonly RowEquations[], left: number): RowEquations {
    const all = new RowEquations(parts[0]!.#size);
    for (const [index, part] of parts.entries()) {
      if (index === left) continue;
      for (const { kind, equations } of part.#kinds.values()) all.#of(kind).addAll(equations, 1);
    }
    return all;
  }

  /** As one, weighed for a misfit. */
  at(misfit: number): NormalEquations {
    const sum = new NormalEquations(this.#size);
    for (const { kind, equations } of this.#kinds.values()) {
      sum.addAll(equations, 1 / relativeVariance(kind, misfit));
    }
    return sum;
  }

  #of(kind: NoiseKind): NormalEquations {
    const name = `${kind.isLayer} ${kind.relativeNoise}`;
    let known = this.#kinds.get(name);
    if (known === undefined) {
      known = { kind, equations: new NormalEquations(this.#size) };
      this.#kinds.set(name, known);
    }
    return known.equations;
  }
}
