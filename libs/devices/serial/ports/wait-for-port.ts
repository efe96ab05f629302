import { stat } from 'node:fs/promises';
import { FarmError, isFarmError, type Clock } from '#core';

/** Finds a port's path of today. Error SERIAL_PORT_MISSING. */
export type LocatePort = () => Promise<string>;

/** A port as it was seen: a port that went and came back is another one, even under the same path. */
export interface PortSighting {
  readonly path: string;
  readonly mark: string;
}

export interface WaitForPortOptions {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** As the port was before it was to go: it must have come back since. */
  readonly since?: PortSighting | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tells one appearance of a path from the next; default from the file's inode and its times. */
  readonly markOf?: (path: string) => Promise<string>;
}

const lookMs = 50;

/** The port as it is now; undefined where it is not there. */
export async function sightPort(
  locate: LocatePort,
  markOf: (path: string) => Promise<string> = markOfFile,
): Promise<PortSighting | undefined> {
  try {
    const path = await locate();
    return { path, mark: await markOf(path) };
  } catch (error) {
    if (isFarmError(error, 'SERIAL_PORT_MISSING')) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Waits until a port is there, under whichever number. Errors SERIAL_PORT_MISSING, what `locate` throws else, and the
 * signal's reason.
 */
export async function waitForPort(locate: LocatePort, options: WaitForPortOptions): Promise<string> {
  const { clock, deadlineMs, since, signal, markOf } = options;
  const endMs = clock.monotonicMs() + deadlineMs;
  let seen: PortSighting | undefined;
  let reason = '';
  for (;;) {
    seen = await sightPort(async () => {
      try {
        return await locate();
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
        throw error;
      }
    }, markOf);
    if (seen !== undefined && (since === undefined || seen.path !== since.path || seen.mark !== since.mark)) {
      return seen.path;
    }
    if (clock.monotonicMs() >= endMs) {
      const why = seen === undefined ? reason : `${seen.path} has never gone`;
      throw new FarmError(
        'SERIAL_PORT_MISSING',
        `the serial port did not come back within ${deadlineMs} ms: ${why}`,
        { context: { since, deadlineMs } },
      );
    }
    await clock.sleep(Math.min(lookMs, endMs - clock.monotonicMs()), signal);
  }
}

/** A device file that is made anew has another inode or another time of making. */
async function markOfFile(path: string): Promise<string> {
  try {
    const { ino, rdev, birthtimeMs } = await stat(path);
    return `${ino}:${rdev}:${birthtimeMs}`;
  } catch {
    throw new FarmError('SERIAL_PORT_MISSING', `${path} has just gone`);
  }
}
