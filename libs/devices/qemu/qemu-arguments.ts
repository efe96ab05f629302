import type { QemuFacts } from '#targets';

/** Of the sockets and links in a device's folder; relative, since a path of a Unix socket has at most 107 bytes. */
export const consoleSocketName = 'console.sock';
export const ttyName = 'tty';

/** What counts along, in QEMU itself. */
export interface QemuPlugin {
  readonly path: string;
  readonly logName: string;
  /** Addresses at which it writes a line. */
  readonly marks: readonly number[];
}

/** The command line of QEMU: stopped before the first instruction, controlled over its stdin and stdout. */
export function qemuArguments(facts: QemuFacts, elfPath: string, plugin?: QemuPlugin): string[] {
  const options: readonly (readonly string[])[] = [
    ['-machine', facts.machine, '-kernel', elfPath],
    ['-icount', `shift=${facts.icountShift},sleep=off`],
    ['-display', 'none', '-monitor', 'none', '-parallel', 'none', '-S', '-qmp', 'stdio'],
    // With wait=on QEMU is ready only when the tty is connected, so that nothing can be printed into the void.
    ['-chardev', `socket,id=console,path=${consoleSocketName},server=on,wait=on`],
    ...Array.from({ length: facts.serialIndex }, () => ['-serial', 'null']),
    ['-serial', 'chardev:console'],
    plugin === undefined ? [] : ['-plugin', pluginArgument(plugin)],
  ];
  return options.flat();
}

/** A comma in a value is written twice. */
function pluginArgument({ path, logName, marks }: QemuPlugin): string {
  const file = path.replaceAll(',', ',,');
  return [`file=${file}`, `out=${logName}`, ...marks.map((mark) => `mark=0x${mark.toString(16)}`)].join(',');
}

/** The command line of socat, which makes a tty of QEMU's socket; it waits for that to appear. */
export const socatArguments: readonly string[] = [
  `PTY,link=${ttyName},rawer,mode=660`,
  `UNIX-CONNECT:${consoleSocketName},retry=1000,interval=0.005`,
];

/** The line of QEMU's stderr that tells why it ended. */
export function reasonInStderr(stderr: string): string | undefined {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/: (info|warning): /.test(line));
  return lines.find((line) => /^qemu[\w-]*: /.test(line)) ?? lines.at(-1);
}
