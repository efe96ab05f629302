import { Transform } from 'node:stream';

import { escapeControls, openNodeSerial, type Device, type RunningDevice, type SerialOpener } from '#devices';
import type { LeaseHandle } from '#farm';

/** A device each of whose hardware calls shows the lease's token first. Stopping is always allowed. */
export function fencedDevice(device: Device, lease: LeaseHandle): Device {
  return {
    ...device,
    async start(image, options) {
      lease.assertHeld();
      return fencedRun(await device.start(image, options), lease);
    },
  };
}

function fencedRun(running: RunningDevice, lease: LeaseHandle): RunningDevice {
  const { ttyPath, baudRate, serialOpening, gone, provenance } = running;
  return {
    ttyPath,
    baudRate,
    ...(serialOpening === undefined ? {} : { serialOpening }),
    gone,
    provenance,
    async run() {
      lease.assertHeld();
      await running.run();
    },
    async inspect() {
      lease.assertHeld();
      return running.inspect();
    },
    stop: () => running.stop(),
  };
}

/** Opens serial lines under a lease: nothing is sent without it, and every line that arrives is told to it. */
export function fencedSerial(lease: LeaseHandle, open: SerialOpener = openNodeSerial): SerialOpener {
  return async (settings) => {
    lease.assertHeld();
    const transport = await open(settings);
    return {
      readable: transport.readable.pipe(lineTap((text) => lease.console(escapeControls(text)))),
      get isOpen() {
        return transport.isOpen;
      },
      closed: transport.closed,
      async write(bytes) {
        lease.assertHeld();
        await transport.write(bytes);
      },
      close: () => transport.close(),
    };
  };
}

const maxLineChars = 4096;

/** Passes bytes on as they are, and tells each line that they make. */
function lineTap(onLine: (text: string) => void): Transform {
  let rest = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop()!.slice(-maxLineChars);
      for (const line of lines) onLine(line.replace(/\r$/, '').slice(0, maxLineChars));
      done(null, chunk);
    },
  });
}
