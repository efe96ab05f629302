/** A 64-bit column as a plain number: PostgreSQL's driver hands it over as text. Below 2^53. */
export const bigint = {
  type: 'bigint',
  transformer: {
    to: (value: unknown): unknown => value,
    from: (value: unknown): number => Number(value),
  },
} as const;
