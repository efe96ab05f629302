import type { BoardEntry } from '#targets';

/** Words in braces, as Tcl takes them literally. Unbalanced braces and backslashes are escaped instead. */
export function tclWord(text: string): string {
  return /[{}\\]/.test(text) ? text.replaceAll(/[^A-Za-z0-9_./-]/g, (each) => `\\${each}`) : `{${text}}`;
}

/** OpenOCD's arguments for a board and the Tcl that it is to run; all its network ports are off. */
export function openocdArguments(board: BoardEntry, script: string): string[] {
  const { probe } = board;
  const isRemote = probe.interface === 'remote_bitbang';
  const before: string[] = isRemote ? remoteBitbang(probe) : [];
  if (probe.serial !== undefined) {
    before.push(`adapter serial ${tclWord(probe.serial)}`);
  }
  if (probe.usbPath !== undefined) {
    before.push(`adapter usb location ${tclWord(probe.usbPath)}`);
  }
  const transport = probe.transport ?? (isRemote ? 'jtag' : undefined);
  if (transport !== undefined) {
    before.push(`transport select ${transport}`);
  }
  before.push('gdb_port disabled', 'tcl_port disabled', 'telnet_port disabled');
  const after: string[] = [];
  if (probe.speedKhz !== undefined) {
    after.push(`adapter speed ${probe.speedKhz}`);
  }
  if (isRemote) {
    // The scripts of the chips set the speed in these events, which remote_bitbang has none of.
    after.push(
      '[target current] configure -event reset-start {}',
      '[target current] configure -event reset-init {}',
    );
  }
  if (board.connectUnderReset) {
    after.push('reset_config srst_only srst_nogate connect_assert_srst');
  }
  after.push(...board.commands);
  return [
    ...(isRemote ? [] : ['-f', probe.interface]),
    ...before.flatMap((command) => ['-c', command]),
    '-f',
    board.openocdFile,
    ...after.flatMap((command) => ['-c', command]),
    '-c',
    script,
  ];
}

/** Port 0 makes the host the path of a Unix socket. */
function remoteBitbang({ host, port, socket }: BoardEntry['probe']): string[] {
  return [
    'adapter driver remote_bitbang',
    `remote_bitbang host ${tclWord(socket ?? host)}`,
    `remote_bitbang port ${socket === undefined ? (port ?? 0) : 0}`,
  ];
}
