import { z } from 'zod';

const probe = z.strictObject({
  /** OpenOCD's interface file, such as `interface/stlink.cfg`, or `remote_bitbang` for a probe behind TCP. */
  interface: z.string().min(1),
  /** Serial number of the probe. ST-Links come with empty and equal ones: then `usbPath`. */
  serial: z.string().min(1).optional(),
  /** Bus and ports, as `1-2.3`. */
  usbPath: z
    .string()
    .regex(/^\d+-\d+(\.\d+)*$/, 'expected bus and ports, such as 1-2.3')
    .optional(),
  /** Of `remote_bitbang`: a TCP port, or a Unix socket, which is quicker. */
  host: z.string().default('127.0.0.1'),
  port: z.int().min(1).max(65_535).optional(),
  socket: z.string().min(1).max(100).optional(),
  transport: z.enum(['jtag', 'swd', 'hla_swd']).optional(),
  speedKhz: z.int().positive().optional(),
});

/** When and how the serial port is opened, and which one it is where no stable path tells. */
const serialConsole = z.strictObject({
  /** `before-run`: the port is the probe's. `after-return`: the firmware's own, which goes with a reset and comes back. */
  opens: z.enum(['before-run', 'after-return']).default('before-run'),
  /** Levels after opening; left alone where absent. On some boards DTR is wired to the reset. */
  dtr: z.boolean().optional(),
  rts: z.boolean().optional(),
  /** Instead of `tty`: the one serial port of this USB device. */
  port: z
    .strictObject({
      usbSerial: z.string().min(1).optional(),
      usbPath: z.string().min(1).optional(),
      usbInterface: z.int().nonnegative().optional(),
    })
    .refine(({ usbSerial, usbPath }) => usbSerial !== undefined || usbPath !== undefined, {
      error: 'expected usbSerial or usbPath',
    })
    .optional(),
});

/** A program and its arguments. */
const command = z.tuple([z.string().min(1)], z.string());

export const boardEntrySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, dot, dash or underscore'),
  /** Name of a target of the catalogue. */
  target: z.string().min(1),
  /** A board of the simulated bench: its numbers are emulated. */
  simulated: z.boolean().default(false),
  probe,
  /** OpenOCD's target or board file. */
  openocdFile: z.string().min(1),
  /** Tcl that OpenOCD runs before `init`. */
  commands: z.array(z.string().min(1)).default([]),
  connectUnderReset: z.boolean().default(false),
  /** Stable path of the serial port, under /dev/serial/by-id or by-path. */
  tty: z.string().min(1),
  console: serialConsole.default({ opens: 'before-run' }),
  baudRate: z.int().positive().default(115_200),
  /** What jobs may ask for besides the target. */
  tags: z.array(z.string().min(1).max(100)).max(20).default([]),
  /** What brings it back: any commands, such as `[uhubctl, -l, 1-2, -p, '3', -a, cycle]`. */
  recovery: z.strictObject({ probeReset: command.optional(), powerCycle: command.optional() }).default({}),
  /** Unique id of the chip, 24 hexadecimal digits, on nRF52 16; a board that shows another one is refused. */
  uid: z
    .string()
    .regex(/^(?:[0-9a-f]{16}|[0-9a-f]{24})$/, 'expected 16 or 24 lower-case hexadecimal digits')
    .optional(),
});

/** One board of a bench, as boards.yaml lists it. */
export type BoardEntry = z.output<typeof boardEntrySchema>;

export const boardListSchema = z.strictObject({ boards: z.array(boardEntrySchema) });
