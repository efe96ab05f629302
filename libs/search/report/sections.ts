import { drawingLegend, networkDrawing } from './network-drawing.ts';
import { html, type Html } from './html.ts';
import { scoreLabel, scoreText } from './labels.ts';
import { duration, grouped, kib, percent, short, signedPercent } from './numbers.ts';
import type { ReportData, ReportedNetwork } from './report-data.ts';

/** The chosen networks: drawn, predicted beside measured, with their files and commands. */
export function chosenNetworks(data: ReportData): Html {
  const { networks } = data;
  const chosen = networks.filter(({ onFront }) => onFront).toSorted((a, b) => b.score.value - a.score.value);
  if (chosen.length === 0) return html`<p class="bad">Nothing that was measured is within the limits.</p>`;
  return html`${drawingLegend()} ${chosen.map((network) => card(network, data))}`;
}

function card(network: ReportedNetwork, { name: campaign, unit, fidelity }: ReportData): Html {
  const { number, name, genotype, macs, plan, score, files, commands, measurementId, buildHash } = network;
  // A page of a server has nothing beside it.
  const before = files === undefined ? [`tinyfarm search show ${campaign} --report .`] : [];
  return html`<article class="card" id="n${number}">
    <header>
      <h3>#${number} ${name}</h3>
      <span class="note"
        >${genotype.resolution.join('×')}, ${short(macs)} MACs, ${plan}; ${scoreLabel(score)}:
        ${scoreText(score)}</span
      >
    </header>
    <div class="body">
      ${networkDrawing(genotype)}
      <table>
        <tr>
          <th></th>
          <th class="n">predicted</th>
          <th class="n">measured</th>
          <th class="n">predicted is</th>
        </tr>
        ${comparison(unit, network.predicted.cost, network.measured.cost, grouped)}
        ${comparison('SRAM peak', network.predicted.sramBytes, network.measured.sramBytes, kib)}
        ${comparison('flash', network.predicted.flashBytes, network.measured.flashBytes, kib)}
      </table>
    </div>
    ${
      files &&
      html`<p class="note">
        <a href="${files.genotype}">genotype</a> · <a href="${files.tflite}">.tflite</a> ·
        <a href="${files.code}">generated C</a> · ${fidelity} measurement
        <code>${measurementId.slice(0, 8)}</code>, build <code>${buildHash.slice(0, 12)}</code>
      </p>`
    }
    <details>
      <summary>measure it again${files && ', in the folder of this report'}</summary>
      <pre>${[...before, ...commands].join('\n')}</pre>
    </details>
  </article>`;
}

function comparison(
  what: string,
  predicted: number,
  measured: number,
  format: (value: number) => string,
): Html {
  return html`<tr>
    <td>${what}</td>
    <td class="n">${format(predicted)}</td>
    <td class="n"><b>${format(measured)}</b></td>
    <td class="n">${signedPercent(predicted / measured - 1)}</td>
  </tr>`;
}

/** Every network that was measured. */
export function measuredTable({ networks, failed, unit }: ReportData): Html {
  return html`<div class="scroll">
      <table>
        <tr>
          <th class="n">#</th>
          <th>network</th>
          <th>round</th>
          <th>measured for</th>
          <th class="n">MACs</th>
          <th class="n">${networks[0] && scoreLabel(networks[0].score)}</th>
          <th class="n">${unit}</th>
          <th class="n">predicted is</th>
          <th class="n">SRAM</th>
          <th class="n">flash</th>
          <th></th>
        </tr>
        ${networks.map(
          (network) =>
            html`<tr class="${network.onFront ? '' : 'out'}">
              <td class="n">${network.number}</td>
              <td>
                ${network.onFront ? html`<a href="#n${network.number}">${network.name}</a>` : network.name}
              </td>
              <td>${network.round}</td>
              <td>${network.purpose}</td>
              <td class="n">${short(network.macs)}</td>
              <td class="n">${scoreText(network.score)}</td>
              <td class="n">${grouped(network.measured.cost)}</td>
              <td class="n">${signedPercent(network.predicted.cost / network.measured.cost - 1)}</td>
              <td class="n">${kib(network.measured.sramBytes)}</td>
              <td class="n">${kib(network.measured.flashBytes)}</td>
              <td>
                ${network.onFront ? 'front' : network.feasible ? '' : html`<span class="bad">above a limit</span>`}
              </td>
            </tr>`,
        )}
      </table>
    </div>
    ${failed.map(({ key, message }) => html`<p class="bad">not measured: ${message} <span class="note">(${key})</span></p>`)}`;
}

/** What each round did, and what it taught. */
export function roundTable({ rounds }: ReportData): Html {
  return html`<div class="scroll">
    <table>
      <tr>
        <th class="n">round</th>
        <th class="n">searched</th>
        <th>on</th>
        <th class="n">measured</th>
        <th class="n">error of the new fit</th>
        <th class="n">margins: cost</th>
        <th class="n">SRAM</th>
        <th class="n">flash</th>
        <th class="n">hypervolume</th>
        <th class="n">after</th>
      </tr>
      ${rounds.map(
        ({ round, searched, costSource, measured, meanAbsoluteError, margins, volume, elapsedMs }) =>
          html`<tr>
            <td class="n">${round}</td>
            <td class="n">${grouped(searched)}</td>
            <td>${costSource}</td>
            <td class="n">${measured}</td>
            <td class="n">${meanAbsoluteError === undefined ? 'no fit yet' : percent(meanAbsoluteError)}</td>
            <td class="n">${percent(margins.cost)}</td>
            <td class="n">${percent(margins.sram)}</td>
            <td class="n">${percent(margins.flash)}</td>
            <td class="n">${volume.toFixed(4)}</td>
            <td class="n">${duration(elapsedMs)}</td>
          </tr>`,
      )}
    </table>
  </div>`;
}

/** Networks that were taken to be within the limits and are not. */
export function falseFeasibleNote({ falseFeasible, networks }: ReportData): Html {
  if (falseFeasible.length === 0) {
    return html`<p>No network that was predicted to be within the limits was measured to be above one.</p>`;
  }
  const nameOf = (key: string): string => networks.find((network) => network.key === key)?.name ?? key;
  return html`<p>
      ${falseFeasible.length} of ${networks.length} measured networks were predicted to be within the limits
      and are not. None of them is on the front, and the margins of the rounds below were learnt from them.
    </p>
    <ul>
      ${falseFeasible.map(
        ({ key, round, over }) =>
          html`<li>
            ${nameOf(key)}, round ${round}:
            ${over.map(({ what, share }) => `${what} ${percent(share)} above`).join(', ')}
          </li>`,
      )}
    </ul>`;
}
