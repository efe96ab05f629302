import { FarmError, type Clock } from '#core';
import { openAroundRun, type Device } from '#devices';
import type { Image } from '#toolchain';
import { feedInput, inputBytesOf, type MeasurementInput } from '../measure/feed-input.ts';
import { ticksOf } from '../measure/time-inferences.ts';
import { Session } from '../session/index.ts';
import { addClasses, type InstructionClasses } from './instruction-classes.ts';
import { readWindows, type WindowMarks } from './read-windows.ts';

export interface CountClassesOptions {
  readonly input: MeasurementInput;
  readonly clock: Clock;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal;
}

/** The file in which a device keeps the plugin's log. */
export const classLogName = 'classes.txt';

/** Where the windows of the harness begin and end. Error PROTOCOL_ERROR where an image has no harness of ours. */
export function windowMarks({ sizes }: Image): WindowMarks {
  const addressOf = (name: string): number => {
    const symbol = sizes.symbols.find((each) => each.name === name);
    if (symbol === undefined) {
      throw new FarmError(
        'PROTOCOL_ERROR',
        `the image has no function ${name}, expected tinyfarm's harness in it`,
      );
    }
    return symbol.addressBytes;
  };
  return {
    begin: addressOf('ticks_begin'),
    end: addressOf('ticks_end'),
    interrupt: addressOf('SysTick_Handler'),
  };
}

/**
 * One inference, layer by layer, on a device that logs at the marks of `windowMarks`. What an empty window has is taken
 * out of each. Errors as of `measureOn`.
 */
export async function countClasses(
  device: Device,
  image: Image,
  { input, clock, timeoutMs = 60_000, signal }: CountClassesOptions,
): Promise<InstructionClasses[]> {
  const running = await device.start(image, signal === undefined ? {} : { signal });
  let close = (): Promise<void> => Promise.resolve();
  try {
    const { ttyPath, baudRate, serialOpening: opening, gone } = running;
    const opened = await openAroundRun({
      ttyPath,
      baudRate,
      opening,
      run: () => running.run(),
      clock,
      signal,
    });
    close = () => opened.console.close();
    const { buildHash } = image;
    const session = await Session.open(opened.console, opened.begin, { clock, buildHash, gone, signal });
    await session.command('tf-overhead');
    await feedInput(session, input, inputBytesOf(input, image.inputBytes));
    ticksOf(await session.command('tf-layers', timeoutMs), 'layer', image.layers.length);
    session.close();
    const log = (await running.artifacts?.())?.get(classLogName);
    return windowsOf(new TextDecoder().decode(log), image);
  } finally {
    await close();
    await running.stop();
  }
}

/** `tf-overhead` times two empty windows, of an inference and of a layer. */
const emptyWindows = 2;

function windowsOf(log: string, image: Image): InstructionClasses[] {
  const windows = readWindows(log, windowMarks(image));
  if (windows.length !== emptyWindows + image.layers.length) {
    throw new FarmError(
      'PROTOCOL_ERROR',
      `the plugin saw ${windows.length} windows, expected ${emptyWindows + image.layers.length}`,
    );
  }
  const empty = windows[emptyWindows - 1]!;
  return windows.slice(emptyWindows).map((window) => addClasses(window, empty, -1));
}
