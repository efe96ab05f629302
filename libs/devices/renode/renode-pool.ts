import { startRenode, type RenodeProcess, type RenodeProcessOptions } from './renode-process.ts';

/** Hands out Renodes that have started already. Each is used once, so every run has a machine of its own. */
export interface RenodePool {
  /** A ready Renode; while it is used the next one starts. Errors of `startRenode`. */
  take(signal?: AbortSignal): Promise<RenodeProcess>;
  /** Stops those that nobody took. */
  close(): Promise<void>;
}

/** `spares`: how many wait, each with some 270 MB; 0 starts each only when it is asked for. */
export function createRenodePool(options: RenodeProcessOptions, spares: number): RenodePool {
  const waiting: Promise<RenodeProcess>[] = [];
  let closed = false;
  const refill = (): void => {
    if (closed) {
      return;
    }
    while (waiting.length < spares) {
      const starting = startRenode(options);
      // Whoever takes it gets the error.
      starting.catch(() => {});
      waiting.push(starting);
    }
  };
  return {
    async take(signal) {
      const spare = waiting.shift();
      const taken = await (spare ?? startRenode(options, signal));
      refill();
      return taken;
    },
    async close() {
      closed = true;
      const left = await Promise.allSettled(waiting.splice(0));
      await Promise.all(left.flatMap((each) => (each.status === 'fulfilled' ? [each.value.stop()] : [])));
    },
  };
}
