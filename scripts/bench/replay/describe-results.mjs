const checkpoints = [10, 20, 40, 80, 160];

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
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
  const byName = (name) => results.find((result) => result.name === name).runs;
  const mark = regretAt(byName('measure-everything evolution'), 160);
  if (mark !== undefined) {
    const needed = byName('ours').map(({ regrets }) => regrets.findIndex((regret) => regret <= mark) + 1);
    const reached = needed.filter((count) => count > 0);
    const within = reached.filter((count) => count <= 20).length;
    lines.push(
      '',
      `Measure-everything evolution leaves ${percent(mark)} after 160 measurements (median). Ours leaves no more after ` +
        `${reached.length === 0 ? 'none of its runs' : `${median(reached)} measurements (median; ${Math.min(...reached)} to ${Math.max(...reached)})`}, ` +
        `within 20 in ${within} of ${needed.length} runs. Goal: within 20.`,
    );
  }
  return `${lines.join('\n')}\n`;
}
