import { parentPort, workerData } from 'node:worker_threads';

import { createBirpc } from 'birpc';

import { isFarmError, messageOf } from '#core';

import { campaignLoop } from '../../wiring/campaign-loop.ts';
import { outcomeOf } from '../../wiring/campaign-measure.ts';
import { planLayers } from '../../wiring/campaign-model.ts';
import type { CampaignCalls, CampaignWork, ThreadEnd } from './campaign-calls.ts';

const port = parentPort!;
const { spec, steps, oracle, threads } = workerData as CampaignWork;
const layersOf = planLayers(spec);
const server = createBirpc<CampaignCalls & { ended: (end: ThreadEnd) => void }>(
  {},
  {
    post: (message) => port.postMessage(message),
    on: (listener) => port.on('message', listener),
    // A measurement takes as long as its board is busy with others.
    timeout: -1,
  },
);

async function run(): Promise<ThreadEnd> {
  try {
    const { ended } = await campaignLoop(spec, steps, {
      oracle: { ...oracle, ask: (questions) => server.ask(questions), close: () => Promise.resolve() },
      threads,
      layersOf,
      // The server ends the thread itself.
      signal: new AbortController().signal,
      measure: async (batch, report) => {
        const turns = batch.map(async (proposal) => {
          const measured = await server.measure(proposal);
          await report(
            measured.status === 'failed'
              ? measured
              : outcomeOf(proposal, measured.measurement, layersOf(proposal)),
          );
        });
        await Promise.all(turns);
      },
      record: (sequence, step) => server.record(sequence, step),
      isStopAsked: () => server.isStopAsked(),
      onStage: (text) => void server.stage.asEvent(text),
      onDetail: (text) => void server.detail.asEvent(text),
    });
    return { reason: ended! };
  } catch (error) {
    return { code: isFarmError(error) ? error.code : 'INTERNAL', message: messageOf(error) };
  }
}

await server.ended.asEvent(await run());
