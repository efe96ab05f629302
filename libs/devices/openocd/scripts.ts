import type { MemoryRegion } from '#targets';
import { tclWord } from './command-line.ts';

export interface FlashChunk {
  readonly file: string;
  /** From the start of flash. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface FlashScriptOptions {
  /** Where flash is; it may be of several banks. */
  readonly flash: MemoryRegion;
  readonly chunks: readonly FlashChunk[];
  /** Whether something is known to be in flash already: then each sector is compared first. */
  readonly isComparedFirst: boolean;
  readonly uidAddress: number | undefined;
  /** What has to stand there, in hexadecimal digits. */
  readonly uid: string | undefined;
}

/** Lines that our Tcl prints begin with this. */
export const mark = 'tinyfarm:';

/**
 * Tcl that leaves the core halted before its first instruction with flash holding the image. Sectors are erased and
 * chunks written one by one, each with a line: silence then means that the probe is dead, not that flash is slow. The
 * core itself compares, by OpenOCD's checksum loader, since reading flash back takes as long as writing it.
 */
export function flashScript(options: FlashScriptOptions): string {
  const { flash, chunks, isComparedFirst } = options;
  const { originBytes } = flash;
  const listed = chunks.map(
    ({ file, offsetBytes, sizeBytes }) => `{${tclWord(file)} ${offsetBytes} ${sizeBytes}}`,
  );
  return [
    `echo {${mark} stage connect}`,
    'init',
    `echo {${mark} stage halt}`,
    'reset halt',
    ...findBanks(flash),
    ...checkUid(options),
    `proc differs {file offset} { catch {verify_image_checksum $file [expr {${originBytes} + $offset}] bin} }`,
    `set chunks {${listed.join(' ')}}`,
    ...(isComparedFirst ? [`echo {${mark} stage compare}`] : []),
    ...findDirty(isComparedFirst),
    'if {[llength $dirty] == 0} {',
    `echo {${mark} holds}`,
    '} else {',
    `echo {${mark} stage erase}`,
    'foreach {bank number overall} $stale {',
    'flash erase_sector $bank $number $number',
    `echo "${mark} erased $overall"`,
    '}',
    `echo {${mark} stage write}`,
    ...forEachDirtyChunk(
      'flash write_bank [dict get $bankOf $offset] $file [expr {$offset - [dict get $banks [dict get $bankOf $offset]]}]',
      `echo "${mark} wrote $offset"`,
    ),
    `echo {${mark} stage verify}`,
    ...forEachDirtyChunk(
      `if {[differs $file $offset]} { echo "${mark} differs within $size bytes at [format 0x%08x [expr {${originBytes} + $offset}]]"; shutdown error }`,
      `echo "${mark} verified $offset"`,
    ),
    '}',
    'reset halt',
    `echo {${mark} done}`,
    'shutdown',
  ].join('\n');
}

const sectors = String.raw`[regexp -all -inline {#\s*(\d+): (0x[0-9a-f]+) \((0x[0-9a-f]+)} [flash info $bank]]`;

/** `banks`: number of each bank that lies in flash, and where it begins there. Others are of other memories. */
function findBanks({ originBytes, sizeBytes }: MemoryRegion): string[] {
  return [
    // Bank 0 is flash; some drivers know where it is only once it is probed.
    'flash probe 0',
    'set banks [dict create]',
    'set number 0',
    'foreach bank [flash list] {',
    `set shift [expr {[dict get $bank base] - ${originBytes}}]`,
    `if {$shift >= 0 && $shift < ${sizeBytes}} { dict set banks $number $shift }`,
    'incr number',
    '}',
  ];
}

/**
 * `stale`: the sectors that hold a chunk which differs; `dirty`: all chunks in them. Chunks and sectors are aligned to
 * their sizes, so that either a chunk lies in one sector, or it is made of whole ones.
 */
function findDirty(isComparedFirst: boolean): string[] {
  const compare = [
    'if {![dict exists $compared $offset]} {',
    'dict set compared $offset [differs $file $offset]',
    `echo "${mark} compared $offset"`,
    '}',
    'set isStale [dict get $compared $offset]',
  ];
  return [
    'set stale {}',
    'set dirty {}',
    'set compared [dict create]',
    'set bankOf [dict create]',
    // Counts the sectors of all banks.
    'set overall -1',
    'foreach {bank shift} $banks {',
    `foreach {all number start length} ${sectors} {`,
    'incr overall',
    'set start [expr {$start + $shift}]',
    'set inside {}',
    'set isStale 0',
    'foreach chunk $chunks {',
    'lassign $chunk file offset size',
    'if {$start < $offset + $size && $start + $length > $offset} {',
    'lappend inside $offset',
    'dict set bankOf $offset $bank',
    'if {!$isStale} {',
    ...(isComparedFirst ? compare : ['set isStale 1']),
    '}',
    '}',
    '}',
    'if {$isStale} {',
    'lappend stale $bank $number $overall',
    'set dirty [concat $dirty $inside]',
    '}',
    '}',
    '}',
    // Nothing may be left out in silence.
    'foreach chunk $chunks {',
    'lassign $chunk file offset size',
    'if {![dict exists $bankOf $offset]} { echo "no flash bank found for address $offset of flash"; shutdown error }',
    '}',
  ];
}

function forEachDirtyChunk(...work: readonly string[]): string[] {
  return [
    'foreach chunk $chunks {',
    'lassign $chunk file offset size',
    'if {$offset in $dirty} {',
    ...work,
    '}',
    '}',
  ];
}

/** The words are shown as the bytes stand in memory. A wrong one ends the run before flash is touched. */
function checkUid({ uidAddress, uid }: FlashScriptOptions): string[] {
  if (uidAddress === undefined || uid === undefined) {
    return [];
  }
  return [
    'set uid {}',
    `foreach byte [read_memory ${uidAddress} 8 ${uid.length / 2}] { append uid [format %02x $byte] }`,
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
