import { FarmError, type Clock } from '#core';
import type { SerialConsole } from '#devices';
import type { Inbox } from './inbox.ts';

export interface Watched {
  readonly console: SerialConsole;
  readonly clock: Clock;
  /** Resolves when the device goes away by itself. */
  readonly gone?: Promise<string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The two ends of a line go within this time of each other, and the last bytes arrive. */
const followMs = 400;

/** Fails the inbox when the device ends, the line closes, or the user interrupts; returns what ends the watch. */
export function watchDevice({ console, clock, gone, signal }: Watched, inbox: Inbox): () => void {
  const ended = new AbortController();
  const pause = (ms: number): Promise<void> => clock.sleep(ms, ended.signal).catch(() => {});
  const never = new Promise<never>(() => {});

  void (async () => {
    const reason = await (gone ?? never);
    await Promise.race([console.closed, pause(followMs)]);
    await pause(20);
    inbox.fail(goneError(reason));
  })();
  void (async () => {
    const reason = await console.closed;
    // Why the device went says more than that the line did, so it gets the first word.
    await Promise.race([gone ?? never, pause(followMs)]);
    await pause(50);
    inbox.fail(new FarmError('SERIAL_CLOSED', `the console closed while it was in use: ${reason}`));
  })();

  const onAbort = (): void => inbox.fail(new FarmError('INTERRUPTED', 'the measurement was interrupted'));
  if (signal?.aborted === true) {
    onAbort();
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    ended.abort();
    signal?.removeEventListener('abort', onAbort);
  };
}

/** An emulator ends when the core locks up (a fault within a fault), which is the firmware's doing. */
function goneError(reason: string): FarmError {
  if (/^the serial port .* is gone$/.test(reason)) {
    return new FarmError('SERIAL_CLOSED', `the console closed while it was in use: ${reason}`);
  }
  return /\bLockup\b/.test(reason)
    ? new FarmError('FIRMWARE_FAULT', `the firmware faulted within a fault and the core locked up: ${reason}`)
    : new FarmError('DEVICE_EXITED', `the device ended by itself: ${reason}`);
}
