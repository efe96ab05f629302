import type { Genotype } from '#network';

/** `proxy`: only orders networks, such as MACs; never printed as accuracy. */
export type OracleKind = 'proxy' | 'accuracy';

export interface OracleQuestion {
  readonly genotype: Genotype;
  /** `genotypeKey` of it. */
  readonly key: string;
  readonly macs: number;
}

/** Says how good networks are: the more the better. The record of a search names the one that was asked. */
export interface AccuracyOracle {
  /** For people and records, e.g. `table accuracies.csv`. */
  readonly name: string;
  readonly kind: OracleKind;
  /** One finite number each, in the order asked. Errors: ORACLE_FAILED. */
  ask(questions: readonly OracleQuestion[]): Promise<number[]>;
  /** Ends programs that were started; the oracle is not asked again. */
  close(): Promise<void>;
}

/** What an oracle said, with who said it. */
export interface Score {
  readonly oracle: string;
  readonly kind: OracleKind;
  readonly value: number;
}
