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
  return scanBoards({ sysClassTty: path.join(dir, 'tty') });
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

it('with no probe plugged in it says so in a line', async () => {
  expect(await scan(port('ttyUSB0', '0403:6001', 'F1'))).toEqual({
    yaml: undefined,
    remarks: ['no debug probe among 1 serial ports'],
  });
});

it('without udev it fails with the reason', async () => {
  vi.stubEnv('PATH', dir);
  await expect(scanBoards()).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
});
