import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createListPorts, findPort } from '#devices';

let dir: string;

/** What `udevadm info -e` says of a bench: a disk, a probe's port, a port that is soldered on. */
const udev = String.raw`P: /devices/pci0000:00/block/sda
N: sda
E: DEVNAME=/dev/sda
E: ID_SERIAL_SHORT=disk

P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.2/tty/ttyACM4
N: ttyACM4
S: serial/by-id/usb-STMicroelectronics_STM32_STLink_066EFF-if02
S: serial/by-path/pci-0000:00:14.0-usb-0:2.3:1.2
E: DEVNAME=/dev/ttyACM4
E: DEVLINKS=/dev/serial/by-id/usb-STMicroelectronics_STM32_STLink_066EFF-if02 /dev/serial/by-path/pci-0000:00:14.0-usb-0:2.3:1.2
E: ID_VENDOR_ENC=STMicro\x20electronics
E: ID_VENDOR_ID=0483
E: ID_MODEL_ID=374b
E: ID_SERIAL_SHORT=066EFF

P: /devices/platform/serial8250/tty/ttyS0
N: ttyS0
E: DEVNAME=/dev/ttyS0
`;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-ports-test-'));
  const bin = path.join(dir, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'udevadm'), `#!/bin/sh\ncat <<'END'\n${udev}END\n`);
  await chmod(path.join(bin, 'udevadm'), 0o755);
  const device = path.join(dir, 'devices/usb1/1-2/1-2.3/1-2.3:1.2');
  await mkdir(device, { recursive: true });
  await mkdir(path.join(dir, 'tty/ttyACM4'), { recursive: true });
  await symlink(device, path.join(dir, 'tty/ttyACM4/device'));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(() => rm(dir, { recursive: true }));

it('ports are listed with everything that stays when their numbers change', async () => {
  vi.stubEnv('PATH', `${path.join(dir, 'bin')}:/usr/bin:/bin`);
  const ports = await createListPorts({ sysClassTty: path.join(dir, 'tty') })();
  expect(ports).toEqual([
    {
      path: '/dev/ttyACM4',
      byId: 'usb-STMicroelectronics_STM32_STLink_066EFF-if02',
      usbSerial: '066EFF',
      usbPath: '1-2.3',
      usbInterface: 2,
      maker: 'STMicro electronics',
    },
    { path: '/dev/ttyS0' },
  ]);
  expect(findPort({ usbPath: '1-2.3' }, ports).path).toBe('/dev/ttyACM4');
});

it('without udevadm the failure says so', async () => {
  vi.stubEnv('PATH', path.join(dir, 'empty'));
  await expect(createListPorts()()).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
});
