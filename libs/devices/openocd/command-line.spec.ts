import { describe, expect, it } from 'vitest';
import { parseBoardList, type BoardEntry } from '#targets';
import { openocdArguments, tclWord } from './command-line.ts';

function board(probe: string, more = ''): BoardEntry {
  const text = `boards:\n  - { name: b, target: t, probe: { ${probe} }, openocdFile: target/stm32f4x.cfg, tty: /dev/x ${more} }`;
  return parseBoardList(text, 'boards.yaml')[0]!;
}

describe('openocdArguments', () => {
  it('chooses a probe by its place on the USB, where serial numbers tell nothing', () => {
    const args = openocdArguments(
      board('interface: interface/stlink.cfg, usbPath: 1-2.3, transport: hla_swd, speedKhz: 1800'),
      'init',
    );
    expect(args.filter((arg) => arg !== '-c')).toEqual([
      '-f',
      'interface/stlink.cfg',
      'adapter usb location {1-2.3}',
      'transport select hla_swd',
      'gdb_port disabled',
      'tcl_port disabled',
      'telnet_port disabled',
      '-f',
      'target/stm32f4x.cfg',
      'adapter speed 1800',
      'init',
    ]);
  });

  it('finds a remote probe behind a TCP port or a Unix socket', () => {
    const probeOf = (text: string): string[] =>
      openocdArguments(board(`interface: remote_bitbang, ${text}`), 'init').filter((arg) =>
        arg.startsWith('remote_bitbang'),
      );
    expect(probeOf('port: 4441')).toEqual(['remote_bitbang host {127.0.0.1}', 'remote_bitbang port 4441']);
    expect(probeOf('socket: /run/a b')).toEqual(['remote_bitbang host {/run/a b}', 'remote_bitbang port 0']);
  });

  it('chooses a probe by its serial number', () => {
    expect(openocdArguments(board('interface: interface/stlink.cfg, serial: "0668"'), 'init')).toContain(
      'adapter serial {0668}',
    );
  });

  it('connects under reset and runs extra commands before the script', () => {
    const args = openocdArguments(
      board(
        'interface: interface/stlink.cfg',
        ', connectUnderReset: true, commands: [adapter srst delay 10]',
      ),
      'init',
    );
    expect(args.slice(-5)).toEqual([
      'reset_config srst_only srst_nogate connect_assert_srst',
      '-c',
      'adapter srst delay 10',
      '-c',
      'init',
    ]);
  });

  it('reaches a probe behind TCP, which has no speed to set', () => {
    const args = openocdArguments(board('interface: remote_bitbang, host: lab-2, port: 9000'), 'init');
    expect(args).toContain('remote_bitbang host {lab-2}');
    expect(args).toContain('remote_bitbang port 9000');
    expect(args).toContain('transport select jtag');
    expect(args).toContain('[target current] configure -event reset-start {}');
  });
});

describe('tclWord', () => {
  it('keeps Tcl from reading anything into a name', () => {
    expect(tclWord('/tmp/a b[exit]$x')).toBe('{/tmp/a b[exit]$x}');
    expect(tclWord('a}b [exit]')).toBe('a\\}b\\ \\[exit\\]');
  });
});
