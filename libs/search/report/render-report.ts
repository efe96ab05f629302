import { errorChart, historyChart } from './history-chart.ts';
import { frontChart } from './front-chart.ts';
import { html, Html } from './html.ts';
import { objectiveLabel } from './labels.ts';
import { duration, grouped, kib } from './numbers.ts';
import { parityChart } from './parity-chart.ts';
import type { ReportData } from './report-data.ts';
import { chosenNetworks, falseFeasibleNote, measuredTable, roundTable } from './sections.ts';
import { style } from './style.ts';

/** One HTML document that needs nothing beside itself; files of chosen networks are linked where they were exported. */
export function renderReport(data: ReportData): string {
  const { name, target, fidelity, networks } = data;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}: search on ${target}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <h1>${name} <span class="badge">${fidelity}</span></h1>
        <p class="sub">${subtitle(data)}</p>
        ${figures(data)} ${networks.length === 0 ? html`<p>Nothing was measured yet.</p>` : sections(data)}
        <h2>Run it again</h2>
        <p>${reproducible(data)}</p>
        <pre>${data.commands.join('\n')}</pre>
        <p class="note">
          ${Object.entries(data.versions)
            .map(([what, version]) => `${what} ${version}`)
            .join(' · ')}
        </p>
      </body>
    </html>`;
  return page.text;
}

function reproducible({ startModel }: ReportData): Html {
  const model = startModel === undefined ? '' : `, while ${startModel} is the active one`;
  return html`The same seed on the same versions makes the same search${model}.`;
}

function subtitle(data: ReportData): Html {
  const { target, targetDescription, limits, objectives, space, seed, state, startedAt, fidelity, unit } =
    data;
  const { cost, sramBytes, flashBytes } = limits;
  const parts = [
    ...(sramBytes === undefined ? [] : [`${kib(sramBytes)} SRAM`]),
    ...(flashBytes === undefined ? [] : [`${kib(flashBytes)} flash`]),
    ...(cost === undefined ? [] : [`${grouped(cost)} ${unit}`]),
  ];
  return html`TinyNAS search on ${target} (${targetDescription}) within
  ${parts.length === 0 ? 'no limits' : parts.join(', ')}, for
  ${objectives.map((objective) => objectiveLabel(objective, data)).join(', ')}; space ${space}, seed ${seed};
  begun ${startedAt}, ${state}.
  ${fidelity === 'emulated' && 'All counts are instructions of an emulator: exact and repeatable, and no latency.'}`;
}

function figures({ networks, rounds, elapsedMs, falseFeasible, volumes }: ReportData): Html {
  const all = [
    [String(networks.filter(({ onFront }) => onFront).length), 'networks on the measured front'],
    [String(networks.length), `networks measured in ${rounds.length} rounds`],
    [grouped(rounds.reduce((sum, { searched }) => sum + searched, 0)), 'searched on the model'],
    [(volumes.at(-1) ?? 0).toFixed(3), 'hypervolume of the front'],
    [String(falseFeasible.length), 'predicted within the limits, measured above'],
    [duration(elapsedMs), 'taken in all'],
  ] as const;
  return html`<div class="figures">
    ${all.map(([value, what]) => html`<div class="figure"><b>${value}</b><span>${what}</span></div>`)}
  </div>`;
}

function sections(data: ReportData): Html {
  return html`<div class="pair">
      <section>
        <h2>The measured front</h2>
        ${frontChart(data)}
      </section>
      <section>
        <h2>How it grew</h2>
        ${historyChart(data)}
      </section>
    </div>
    <h2>Chosen networks</h2>
    ${chosenNetworks(data)}
    <h2>Predicted against measured</h2>
    <div class="pair">
      <section>${parityChart(data)}</section>
      <section>${errorChart(data)}</section>
    </div>
    <p class="legend">
      Each prediction is the one that the network was chosen by, before it was measured; bars are 90 %
      intervals.
    </p>
    ${falseFeasibleNote(data)}
    <h2>Rounds</h2>
    ${roundTable(data)}
    <h2>Everything that was measured</h2>
    ${measuredTable(data)}`;
}
