import { describe, expect, it } from 'vitest';
import { FarmError, VirtualClock } from '#core';
import { createMemorySerial } from '../memory-serial.ts';
import { explainOpenFailure } from '../node-serial.ts';
import type { SerialOpener } from '../serial-transport.ts';
import { findPort } from './find-port.ts';
import { createListPorts } from './list-ports.ts';
import { locateByPath } from './locate-port.ts';
import { openAroundRun, type OpenedConsole, type SerialOpening } from './open-around-run.ts';
import type { SerialPortInfo } from './port-identity.ts';
import { waitForPort } from './wait-for-port.ts';

const one: SerialPortInfo = {
  path: '/dev/ttyACM0',
  maker: 'STMicroelectronics',
  byId: 'usb-ST-1',
  usbSerial: 'A1',
  usbPath: '1-2.3',
  usbInterface: 2,
};
const other: SerialPortInfo = { ...one, path: '/dev/ttyACM1', byId: 'usb-ST-2', usbPath: '1-2.4' };
const soldered: SerialPortInfo = { path: '/dev/ttyS0' };

describe('a port', () => {
  it.for([
    [{ byId: 'usb-ST-2' }, other],
    [{ usbPath: '1-2.3' }, one],
    [{ usbSerial: 'A1', usbPath: '1-2.4' }, other],
  ] as const)('is found by %j', ([identity, port]) => {
    expect(findPort(identity, [soldered, one, other])).toBe(port);
  });

  it('that is missing is told with what is there', () => {
    expect(() => findPort({ usbSerial: 'B7', usbPath: '1-9' }, [soldered, one])).toThrow(
      'no serial port has USB serial B7, USB path 1-9: there are /dev/ttyS0 (of no USB device); /dev/ttyACM0 (STMicroelectronics, by-id usb-ST-1, USB serial A1, USB path 1-2.3, interface 2)',
    );
    expect(() => findPort({ byId: 'x' }, [])).toThrow('no serial port has by-id x: there are none');
  });

  it('that is one of two is refused, naming both', () => {
    const ask = (): unknown => findPort({ usbSerial: 'A1' }, [soldered, one, other]);
    expect(ask).toThrow('2 serial ports have USB serial A1, expected one: /dev/ttyACM0 (');
    expect(ask).toThrow('; /dev/ttyACM1 (');
    expect(ask).not.toThrow('ttyS0');
  });

  it('is never looked for by nothing, nor by a number', () => {
    expect(() => findPort({}, [one])).toThrow('expected a by-id name, USB serial or USB path');
    expect(() => locateByPath('/dev/ttyACM0')).toThrow('/dev/ttyACM0 may be another port tomorrow');
    expect(() => locateByPath('/dev/ttyUSB11')).toThrow('expected a path under /dev/serial/by-id');
  });

  it('cannot be told without udevadm', async () => {
    const list = (): Promise<never> => Promise.reject(new Error('spawn udevadm ENOENT'));
    await expect(createListPorts({ list })()).rejects.toMatchObject({
      code: 'PROGRAM_MISSING',
      message: 'udevadm was not found, expected it on the PATH to tell which serial port is which',
    });
    const broken = (): Promise<never> => Promise.reject(new Error('exited with error code: 1'));
    await expect(createListPorts({ list: broken })()).rejects.toMatchObject({ code: 'PROGRAM_FAILED' });
  });
});

/** A port that can be pulled and put in again. */
class Plug {
  #path: string | undefined = '/dev/ttyACM0';
  #times = 0;

  pull(): void {
    this.#path = undefined;
  }

  put(path: string): void {
    this.#path = path;
    this.#times++;
  }

  readonly locate = async (): Promise<string> => {
    if (this.#path === undefined) {
      throw new FarmError('SERIAL_PORT_MISSING', 'no serial port has by-id x: there are none');
    }
    return this.#path;
  };
  readonly markOf = async (): Promise<string> => String(this.#times);
}

describe('a port that was pulled', () => {
  it('is there again under another number', async () => {
    const [clock, plug] = [new VirtualClock(), new Plug()];
    plug.pull();
    const waiting = waitForPort(plug.locate, { clock, deadlineMs: 3000, markOf: plug.markOf });
    await clock.advance(1000);
    plug.put('/dev/ttyACM3');
    await clock.advance(50);
    expect(await waiting).toBe('/dev/ttyACM3');
  });

  it('is not waited for longer than its deadline', async () => {
    const [clock, plug] = [new VirtualClock(), new Plug()];
    plug.pull();
    const waiting = waitForPort(plug.locate, { clock, deadlineMs: 3000, markOf: plug.markOf });
    const time = clock.advance(3000);
    await expect(waiting).rejects.toMatchObject({
      code: 'SERIAL_PORT_MISSING',
      message: 'the serial port did not come back within 3000 ms: no serial port has by-id x: there are none',
    });
    await time;
  });

  it('has come back only if it was away', async () => {
    const [clock, plug] = [new VirtualClock(), new Plug()];
    const since = { path: '/dev/ttyACM0', mark: '0' };
    const waiting = waitForPort(plug.locate, { clock, deadlineMs: 500, markOf: plug.markOf, since });
    const time = clock.advance(500);
    await expect(waiting).rejects.toThrow('did not come back within 500 ms: /dev/ttyACM0 has never gone');
    await time;
  });

  it('may come back under its old number', async () => {
    const [clock, plug] = [new VirtualClock(), new Plug()];
    const since = { path: '/dev/ttyACM0', mark: '0' };
    plug.put('/dev/ttyACM0');
    expect(await waitForPort(plug.locate, { clock, deadlineMs: 500, markOf: plug.markOf, since })).toBe(
      '/dev/ttyACM0',
    );
  });

  it('is an error of another kind where it cannot be looked for', async () => {
    const locate = (): Promise<string> => Promise.reject(new FarmError('SERIAL_PORT_AMBIGUOUS', 'two'));
    await expect(waitForPort(locate, { clock: new VirtualClock(), deadlineMs: 500 })).rejects.toThrow('two');
  });
});

describe('a console', () => {
  interface Around {
    readonly clock: VirtualClock;
    readonly events: string[];
    readonly opening: Promise<OpenedConsole>;
  }

  /** Opens around a run that pulls the port and puts it back as another after 300 ms. */
  function around(serialOpening: SerialOpening | undefined, refusals: readonly string[] = []): Around {
    const [clock, plug, line] = [new VirtualClock(), new Plug(), createMemorySerial()];
    const events: string[] = [];
    const left = [...refusals];
    const open: SerialOpener = (settings) => {
      const refusal = left.shift();
      const { path, dtr, rts } = settings;
      events.push(`open ${path} dtr=${dtr} rts=${rts} at ${clock.monotonicMs()}`);
      return refusal === undefined
        ? line.open(settings)
        : Promise.reject(explainOpenFailure(path, `Error: ${refusal}, cannot open ${path}`));
    };
    const run = async (): Promise<void> => {
      events.push('run');
      plug.pull();
      void clock.sleep(300).then(() => plug.put('/dev/ttyACM7'));
    };
    const { locate, markOf } = plug;
    const opening = openAroundRun({
      ttyPath: '/dev/serial/by-id/x',
      baudRate: 115_200,
      opening: serialOpening,
      run,
      clock,
      open,
      markOf,
      ...(serialOpening === undefined ? {} : { locate }),
    });
    return { clock, events, opening };
  }

  it('is open before the firmware runs, its lines left alone', async () => {
    const { events, opening } = around(undefined);
    const { begin, mayHaveMissedBoot } = await opening;
    await begin();
    expect(events).toEqual(['open /dev/serial/by-id/x dtr=undefined rts=undefined at 0', 'run']);
    expect(mayHaveMissedBoot).toBe(false);
  });

  it('has DTR and RTS as the board wants them', async () => {
    const { events, opening } = around({ opens: 'before-run', dtr: false, rts: true });
    await opening;
    expect(events).toEqual(['open /dev/ttyACM0 dtr=false rts=true at 0']);
  });

  it('of a firmware that is itself the USB device is opened when its port has come back', async () => {
    const { clock, events, opening } = around({ opens: 'after-return', dtr: true });
    await clock.advance(400);
    const { begin, mayHaveMissedBoot } = await opening;
    await begin();
    expect(events).toEqual(['run', 'open /dev/ttyACM7 dtr=true rts=undefined at 300']);
    expect(mayHaveMissedBoot).toBe(true);
  });

  it('is tried again while a port that has just come is still another’s', async () => {
    const { clock, events, opening } = around({ opens: 'after-return' }, [
      'Permission denied',
      'Cannot lock port',
    ]);
    await clock.advance(1000);
    expect((await opening).console.isOpen).toBe(true);
    expect(events.filter((event) => event.startsWith('open'))).toHaveLength(3);
  });

  it('is given up at the deadline', async () => {
    const refusals = Array.from({ length: 100 }, () => 'Permission denied');
    const { clock, opening } = around({ opens: 'after-return', returnDeadlineMs: 900 }, refusals);
    const time = clock.advance(900);
    await expect(opening).rejects.toThrow('this user may not open it');
    await time;
  });
});
