import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseBoardList } from '#targets';
import { scanBoards, type BoardScan } from '../../../apps/wiring/boards-scan.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-scan-test-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const port = (tty: string, usbId: string, serial: string, link = true): string => {
  const [vendor, product] = usbId.split(':');
  return `P: /devices/usb1/${tty}
N: ${tty}
${link ? `S: serial/by-id/usb-probe_${serial}-${tty}\n` : ''}E: DEVNAME=/dev/${tty}
${link ? `E: DEVLINKS=/dev/serial/by-id/usb-probe_${serial}-${tty}\n` : ''}E: ID_VENDOR_ID=${vendor}
E: ID_MODEL_ID=${product}
E: ID_SERIAL_SHORT=${serial}

`;
};

/** A scan with a `udevadm` that says this. */
async function scan(udev: string): Promise<BoardScan> {
  const bin = path.join(dir, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'udevadm'), `#!/bin/sh\ncat <<'END'\n${udev}END\n`);
  await chmod(path.join(bin, 'udevadm'), 0o755);
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  return scanBoards({ sysClassTty: path.join(dir, 'tty'), sysUsb: path.join(dir, 'usb') });
}

/** A device on the USB as the kernel tells of it. */
async function plugIn(usbPath: string, usbId: string, serial?: string): Promise<void> {
  const device = path.join(dir, 'usb', usbPath);
  await mkdir(device, { recursive: true });
  const [vendor, product] = usbId.split(':');
  await writeFile(path.join(device, 'idVendor'), `${vendor}\n`);
  await writeFile(path.join(device, 'idProduct'), `${product}\n`);
  if (serial !== undefined) await writeFile(path.join(device, 'serial'), `${serial}\n`);
}

it('an ST-Link and a J-Link become entries that the board list takes', async () => {
  const { yaml, remarks } = await scan(
    port('ttyACM0', '0483:374b', '066EFF') +
      port('ttyACM1', '1366:1015', '00068') +
      port('ttyUSB0', '0403:6001', 'F1'),
  );
  expect(parseBoardList(yaml!, 'boards.yaml')).toMatchObject([
    {
      target: 'nucleo-h743zi',
      openocdFile: 'target/stm32h7x.cfg',
      probe: { interface: 'interface/stlink.cfg', serial: '066EFF' },
      tty: '/dev/serial/by-id/usb-probe_066EFF-ttyACM0',
    },
    {
      target: 'nrf52840-dk',
      openocdFile: 'target/nrf52.cfg',
      probe: { interface: 'interface/jlink.cfg', serial: '00068' },
    },
  ]);
  expect(remarks.join('\n')).toContain('its probe does not tell the target; if not nucleo-h743zi, ');
});

it('ports of one serial number and no USB path are taken for one probe', async () => {
  const { yaml, remarks } = await scan(
    port('ttyACM0', '0d28:0204', 'same') + port('ttyACM1', '0483:374e', 'same', false),
  );
  expect(parseBoardList(yaml!, 'boards.yaml')).toHaveLength(1);
  expect(remarks).toContain('board-1: the console may also be /dev/ttyACM1');
});

it('a probe without a serial port is proposed, and the port that its console may be wired to', async () => {
  await plugIn('1-4', '0483:3748', '\u0003');
  await plugIn('1-2.3', '0403:6001', 'F1');
  await mkdir(path.join(dir, 'usb', '1-4:1.0'));
  const { yaml, remarks } = await scan(port('ttyUSB0', '0403:6001', 'F1'));
  expect(parseBoardList(yaml!, 'boards.yaml')).toMatchObject([
    { probe: { interface: 'interface/stlink.cfg' }, tty: '/dev/serial/by-id/usb-probe_F1-ttyUSB0' },
  ]);
  expect(remarks).toContain('board-1: ST-Link 0483:3748 at 1-4');
  expect(remarks.join('\n')).toContain(
    'board-1: its probe has no serial port; name the one that its console is wired to: there are /dev/serial/by-id/usb-probe_F1-ttyUSB0',
  );
});

it('probes of equal and of empty serial numbers are told apart by their USB paths', async () => {
  await plugIn('1-1', '0483:374b', 'same');
  await plugIn('1-2', '0483:374b', 'same');
  await plugIn('2-1.4', '0483:374b', '');
  const { yaml } = await scan('');
  expect(parseBoardList(yaml!, 'boards.yaml').map(({ probe }) => [probe.serial, probe.usbPath])).toEqual([
    [undefined, '1-1'],
    [undefined, '1-2'],
    [undefined, '2-1.4'],
  ]);
});

it('with no probe plugged in it says so in a line', async () => {
  expect(await scan(port('ttyUSB0', '0403:6001', 'F1'))).toEqual({
    yaml: undefined,
    remarks: ['no debug probe on the USB, nor among 1 serial ports'],
  });
});

it('without udev it fails with the reason', async () => {
  vi.stubEnv('PATH', dir);
  await expect(scanBoards()).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
});
