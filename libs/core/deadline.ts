import type { Clock } from './clock.ts';

/** Settles as `work` does, or rejects with `late()` when that takes longer than `ms`. The work itself is not ended. */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  clock: Clock,
  late: () => Error,
): Promise<T> {
  const timer = new AbortController();
  const alarm = clock.sleep(ms, timer.signal).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, alarm]);
  } finally {
    timer.abort();
  }
}
