import { systemClock, type Logger } from '#core';
import type { Farm, Fidelity } from '#farm';
import type { LatencyModels } from '#latency';
import type { Store } from '#store';
import { targets } from '#targets';

import { createModels } from '../wiring/models.ts';
import { RefitService } from '../wiring/refit-service.ts';

/** The latency models of a server, which are fitted again by themselves as its farm measures. */
export interface Modelling {
  readonly models: LatencyModels;
  /** A measurement of the target was accepted. */
  readonly measured: (target: string, fidelity: Fidelity) => void;
  close(): Promise<void>;
}

/** Ends with the signal, or when it is closed. */
export function startModelling(store: Store, farm: Farm, logger: Logger): Modelling {
  const stop = new AbortController();
  const models = createModels(store, stop.signal);
  const refits = new RefitService({
    store,
    models,
    clock: systemClock,
    logger,
    movedBoards: (target) => movedBoards(farm, target),
    onFitted: ({ model: { target, fidelity, rows }, version, decision, report }) => {
      const error = report.crossValidation.meanAbsoluteError;
      farm.announce('model.fitted', { target, fidelity, version, rows, error, decision });
    },
    onDrift: (flag) => {
      farm.announce('model.drift', { ...flag });
    },
  });
  return {
    models,
    measured: (target, fidelity) => {
      // Boards that only play measuring have a target that is none.
      if (isTarget(target)) refits.measured({ target, fidelity });
    },
    close: async () => {
      stop.abort();
      await refits.close();
    },
  };
}

function isTarget(name: string): boolean {
  return targets.some((target) => target.name === name);
}

/** By more than this share a board's sentinel has moved; a crystal and flash wait states move it by less. */
const sentinelMoved = 0.005;

async function movedBoards(farm: Farm, target: string): Promise<ReadonlySet<string>> {
  const boards = (await farm.sentinels({ target })).flatMap((spread) => spread.boards);
  return new Set(boards.filter(({ drift }) => Math.abs(drift) > sentinelMoved).map(({ boardId }) => boardId));
}
