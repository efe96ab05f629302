import { tclWord } from './command-line.ts';

export interface FlashChunk {
  readonly file: string;
  readonly offsetBytes: number;
}

export interface FlashScriptOptions {
  /** Of everything that flash is to hold, in its first bank. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly chunks: readonly FlashChunk[];
  /** Whether the board is believed to hold it: then it is compared first and written only where it differs. */
  readonly isVerifiedFirst: boolean;
  readonly uidAddress: number | undefined;
  /** What has to stand there, 24 hexadecimal digits. */
  readonly uid: string | undefined;
}

/** Lines that our Tcl prints begin with this. */
export const mark = 'tinyfarm:';

/**
 * Tcl that leaves the core halted before its first instruction with flash holding the image. Sectors are erased and
 * chunks written one by one, each with a line: silence then means that the probe is dead, not that flash is slow.
 */
export function flashScript(options: FlashScriptOptions): string {
  const { offsetBytes, sizeBytes, chunks, isVerifiedFirst } = options;
  const verify = (chunk: FlashChunk): string =>
    `flash verify_bank 0 ${tclWord(chunk.file)} ${chunk.offsetBytes}`;
  return [
    `echo {${mark} stage connect}`,
    'init',
    `echo {${mark} stage halt}`,
    'reset halt',
    'flash probe 0',
    ...checkUid(options),
    'set holds 0',
    ...(isVerifiedFirst
      ? [
          `echo {${mark} stage compare}`,
          'set holds 1',
          ...chunks.map(
            (chunk) =>
              `if {$holds} { set holds [expr {![catch {${verify(chunk)}}]}]; echo {${mark} compared ${chunk.offsetBytes}} }`,
          ),
        ]
      : []),
    'if {$holds} {',
    `echo {${mark} holds}`,
    '} else {',
    `echo {${mark} stage erase}`,
    'foreach {all number start size} [regexp -all -inline {#\\s*(\\d+): (0x[0-9a-f]+) \\((0x[0-9a-f]+)} [flash info 0]] {',
    `if {$start < ${offsetBytes + sizeBytes} && $start + $size > ${offsetBytes}} {`,
    'flash erase_sector 0 $number $number',
    `echo "${mark} erased $number"`,
    '}',
    '}',
    `echo {${mark} stage write}`,
    ...chunks.flatMap((chunk) => [
      `flash write_bank 0 ${tclWord(chunk.file)} ${chunk.offsetBytes}`,
      `echo {${mark} wrote ${chunk.offsetBytes}}`,
    ]),
    `echo {${mark} stage verify}`,
    ...chunks.map(
      (chunk) =>
        `if {[catch {${verify(chunk)}} said]} { echo "${mark} differs: $said"; shutdown error }; echo {${mark} verified ${chunk.offsetBytes}}`,
    ),
    '}',
    'reset halt',
    `echo {${mark} done}`,
    'shutdown',
  ].join('\n');
}

/** The words are shown as the bytes stand in memory. A wrong one ends the run before flash is touched. */
function checkUid({ uidAddress, uid }: FlashScriptOptions): string[] {
  if (uidAddress === undefined || uid === undefined) {
    return [];
  }
  return [
    'set uid {}',
    `foreach byte [read_memory ${uidAddress} 8 12] { append uid [format %02x $byte] }`,
    `echo "${mark} uid is $uid"`,
    `if {$uid ne "${uid}"} { echo "${mark} uid is $uid, not the board's"; shutdown error }`,
  ];
}

/**
 * Tcl that lets the core run that `flashScript` has left at its reset. OpenOCD's `reset run` would let a halted core go
 * before it resets it: the firmware would boot twice.
 */
export const runScript = ['init', 'halt', 'resume', `echo {${mark} done}`, 'shutdown'].join('\n');

/** Tcl that halts the core where it is and shows its registers and fault status (DDI 0403, B3.2.15). */
export const inspectScript = [
  'init',
  'halt',
  `echo "${mark} pc=[dict get [get_reg pc] pc] lr=[dict get [get_reg lr] lr] xpsr=[dict get [get_reg xPSR] xPSR]"`,
  `echo "${mark} cfsr=[read_memory 0xe000ed28 32 1] hfsr=[read_memory 0xe000ed2c 32 1]"`,
  'resume',
  'shutdown',
].join('\n');
