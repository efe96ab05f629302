import { isFarmError, type Clock } from '#core';
import { openConsole, type SerialConsole } from '../serial-console.ts';
import type { SerialOpener } from '../serial-transport.ts';
import { locateByIdentity, locateByPath } from './locate-port.ts';
import type { PortIdentity } from './port-identity.ts';
import { sightPort, waitForPort, type LocatePort } from './wait-for-port.ts';

/** When and how a board's serial port is opened. */
export interface SerialOpening {
  /**
   * `before-run`: the port belongs to the probe and stays; nothing that the firmware prints is lost. `after-return`: the
   * firmware itself is the USB device, whose port goes with the reset and comes back.
   */
  readonly opens: 'before-run' | 'after-return';
  /** Levels of the lines after opening; left alone where absent. On some boards DTR is wired to the reset. */
  readonly dtr?: boolean | undefined;
  readonly rts?: boolean | undefined;
  /** Which port it is; default: the device's `ttyPath`. */
  readonly port?: PortIdentity | undefined;
  /** Default 5000. */
  readonly returnDeadlineMs?: number;
}

export interface OpenAroundRunOptions {
  readonly ttyPath: string;
  readonly baudRate: number;
  readonly opening?: SerialOpening | undefined;
  readonly run: () => Promise<void>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly open?: SerialOpener | undefined;
  /** Finds the port; default by `opening.port` or `ttyPath`. */
  readonly locate?: LocatePort | undefined;
  readonly markOf?: ((path: string) => Promise<string>) | undefined;
}

export interface OpenedConsole {
  readonly console: SerialConsole;
  /** Lets the firmware run, unless it does already. */
  readonly begin: () => Promise<void>;
  /** The firmware ran before anybody listened. */
  readonly mayHaveMissedBoot: boolean;
}

const defaultReturnMs = 5000;
const againMs = 50;
/** A port that has just come may belong to root for a moment, or be looked at by a modem manager. */
const passing = new Set(['missing', 'denied', 'busy', 'unknown']);

/** Opens the console at the right moment. Errors SERIAL_OPEN_FAILED, SERIAL_PORT_MISSING, SERIAL_PORT_AMBIGUOUS. */
export async function openAroundRun(options: OpenAroundRunOptions): Promise<OpenedConsole> {
  const { opening, clock, run, signal, markOf } = options;
  if (opening?.opens !== 'after-return') {
    const { locate = opening?.port && locateByIdentity(opening.port) } = options;
    const path = (await locate?.()) ?? options.ttyPath;
    return { console: await openAt(path, options), begin: run, mayHaveMissedBoot: false };
  }
  const locate = options.locate ?? locatorOf(opening, options.ttyPath);
  const deadlineMs = opening.returnDeadlineMs ?? defaultReturnMs;
  const since = await sightPort(locate, markOf);
  await run();
  const endMs = clock.monotonicMs() + deadlineMs;
  const path = await waitForPort(locate, {
    clock,
    deadlineMs,
    since,
    signal,
    ...(markOf === undefined ? {} : { markOf }),
  });
  for (;;) {
    try {
      const console = await openAt(path, options);
      return { console, begin: () => Promise.resolve(), mayHaveMissedBoot: true };
    } catch (error) {
      const isPassing =
        isFarmError(error, 'SERIAL_OPEN_FAILED') && passing.has(String(error.context['failure']));
      if (!isPassing || clock.monotonicMs() + againMs > endMs) {
        throw error;
      }
      await clock.sleep(againMs, signal);
    }
  }
}

function locatorOf({ port }: SerialOpening, ttyPath: string): LocatePort {
  return port === undefined ? locateByPath(ttyPath) : locateByIdentity(port);
}

function openAt(path: string, options: OpenAroundRunOptions): Promise<SerialConsole> {
  const { opening, baudRate, clock, open } = options;
  return openConsole({
    path,
    baudRate,
    clock,
    ...(opening?.dtr === undefined ? {} : { dtr: opening.dtr }),
    ...(opening?.rts === undefined ? {} : { rts: opening.rts }),
    ...(open === undefined ? {} : { open }),
  });
}
