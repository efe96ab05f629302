/** Sums up the time in which at least one of the programs and boards that are waited for is at work. */
export function createWaits() {
  const spans = [];
  const span = (kind) => {
    const entry = { kind, from: performance.now(), to: undefined };
    spans.push(entry);
    return () => {
      entry.to ??= performance.now();
    };
  };
  return {
    span,
    async during(kind, work) {
      const done = span(kind);
      try {
        return await work;
      } finally {
        done();
      }
    },
    /** Milliseconds of one kind, or of any, without counting twice what overlaps. */
    sum(kind) {
      const chosen = spans
        .filter((each) => each.to !== undefined && (kind === undefined || each.kind === kind))
        .toSorted((a, b) => a.from - b.from);
      let total = 0;
      let end = -Infinity;
      for (const { from, to } of chosen) {
        total += Math.max(0, to - Math.max(from, end));
        end = Math.max(end, to);
      }
      return total;
    },
  };
}
