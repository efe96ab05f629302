import { FarmError, systemClock } from '#core';
import { runLoop } from '#search';

import type { ServerOptions } from '../../../apps/server/index.ts';
import { SyntheticWorld } from '../../../libs/search/loop/testing/synthetic-world.ts';

type RunCampaign = NonNullable<ServerOptions['runCampaign']>;

/**
 * The real loop on imagined networks, in this thread: a thread of its own needs compiled code. It measures by the server's
 * jobs, and takes imagined SRAM and flash for measured.
 */
export const runImagined: RunCampaign = async ({ spec, steps }, calls, signal) => {
  const world = new SyntheticWorld();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new FarmError('INTERRUPTED', 'the thread was ended')));
  });
  let sequence = steps.length;
  const loop = runLoop(
    spec,
    {
      ...world.services(),
      clock: systemClock,
      signal,
      measure: async (batch, report) => {
        const one = async (proposal: (typeof batch)[number]): Promise<void> => {
          const measured = await calls.measure(proposal);
          if (measured.status === 'failed') {
            await report(measured);
            return;
          }
          const { id, fidelity, cycles, instructions, board, on, provenance } = measured.measurement;
          const { sramBytes, candidate } = world.truthOf(proposal.key);
          await report({
            key: proposal.key,
            status: 'measured',
            measurementId: id,
            fidelity,
            on: board ?? on,
            cost: (fidelity === 'emulated' ? instructions : cycles)!,
            relativeNoise: 0,
            sramBytes,
            flashBytes: candidate.estimate.flashBytes,
            buildHash: provenance.buildHash,
          });
        };
        await Promise.all(batch.map(one));
      },
      record: (step) => calls.record(sequence++, step),
      isStopAsked: () => calls.isStopAsked(),
      onStage: (text) => calls.stage(text),
    },
    steps,
  );
  const { ended } = await Promise.race([loop, aborted]);
  return ended!;
};
