const checkpoints = [10, 20, 40, 80, 160];

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function percent(share) {
  // What is missing of a front that is found is a rounding error, and may be below zero.
  return `${(Math.round(10_000 * share) / 100 || 0).toFixed(2)} %`;
}

/** The regret of the runs after so many measurements; undefined where none went so far. */
export function regretAt(runs, count) {
  const reached = runs.flatMap(({ regrets }) => (regrets.length >= count ? [regrets[count - 1]] : []));
  return reached.length === 0 ? undefined : median(reached);
}

/** The results as tables in Markdown, the goal last. */
export function describeResults(results, { rows, feasible }) {
  const lines = [
    `${rows} networks, ${feasible} of them within the limits; medians of ${Math.max(...results.map(({ runs }) => runs.length))} seeds.`,
    '',
    `| regret after … measurements | ${checkpoints.join(' | ')} |`,
    `| --- | ${checkpoints.map(() => '---').join(' | ')} |`,
  ];
  for (const { name, runs } of results) {
    const cells = checkpoints.map((count) => {
      const regret = regretAt(runs, count);
      return regret === undefined ? '' : percent(regret);
    });
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
  }
  lines.push(
    '',
    '| | measured as predicted to be within the limits, and were not | members of the final front above a limit |',
    '| --- | --- | --- |',
  );
  for (const { name, runs } of results) {
    const sum = (of) => runs.reduce((total, run) => total + of(run), 0);
    const predicted = sum((run) => run.predictedFeasible);
    const missed = sum((run) => run.falseFeasible);
    const share =
      predicted === 0 ? 'predicts nothing' : `${percent(missed / predicted)} (${missed} of ${predicted})`;
    const front = sum((run) => run.finalFront);
    lines.push(`| ${name} | ${share} | ${sum((run) => run.falseInFront)} of ${front} |`);
  }
  lines.push('', ...heldAgainst(results), '', 'Goal: within 20.');
  return `${lines.join('\n')}\n`;
}

/** After how many measurements ours leaves no more than each rival at the end. */
function heldAgainst(results) {
  const last = checkpoints.at(-1);
  const ours = results.filter(({ isOurs }) => isOurs);
  const columns = ours.flatMap(({ name }) => [`${name} leaves no more after`, 'within 20 in']);
  const lines = results.flatMap(({ name, isRival, runs }) => {
    const mark = isRival ? regretAt(runs, last) : undefined;
    if (mark === undefined) return [];
    const cells = ours.flatMap((own) => reachedCells(own.runs, mark));
    return `| ${[name, percent(mark), ...cells].join(' | ')} |`;
  });
  return [
    `| | regret after ${last} (median) | ${columns.join(' | ')} |`,
    `| --- | --- | ${columns.map(() => '---').join(' | ')} |`,
    ...lines,
  ];
}

/** The median and the ends of the numbers of measurements that left no more, and how many runs needed 20 at most. */
function reachedCells(runs, mark) {
  const needed = runs.map(({ regrets }) => regrets.findIndex((regret) => regret <= mark) + 1 || Infinity);
  const [middle, least, most] = [median(needed), Math.min(...needed), Math.max(...needed)].map((count) =>
    count === Infinity ? 'more' : count,
  );
  const within = needed.filter((count) => count <= 20).length;
  return [`${middle} (${least} to ${most})`, `${within} of ${needed.length}`];
}
