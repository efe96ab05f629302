import type { ErrorCode } from '#core';

/** Why OpenOCD did not do what was asked, in a code of the program and in its own words. */
export interface OpenocdCause {
  readonly code: ErrorCode;
  /** The line that told it. */
  readonly text: string;
}

/** What OpenOCD 0.12 prints, the cause before its consequences. */
const failures: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /Failed to connect|Error on socket 'connect'|open failed|unable to open .*device|No J-Link device found|unable to find .*(?:device|probe)/i,
    'PROBE_NOT_FOUND',
  ],
  [
    /remote_bitbang_(?:fill_buf|flush|putc).*|remote_bitbang.*(?:reset by peer|EOF|closed)|Connection reset by peer|LIBUSB_ERROR_(?:NO_DEVICE|IO)|Assertion .*failed/i,
    'PROBE_LOST',
  ],
  [/tinyfarm: uid is [0-9a-f]*, not the board's/, 'CHIP_UID_MISMATCH'],
  [/JTAG scan chain interrogation failed: all (?:zeroes|ones)/, 'JTAG_STUCK'],
  [/Timeout during WAIT recovery/, 'DAP_STUCK'],
  [/Invalid ACK \([0-7]\)/, 'JTAG_STUCK'],
  [/Cannot identify target as a STM32 family/i, 'CHIP_WRONG'],
  [/(?:stm32x|stm32\w*) device protected|write protect(?:ed|ion)|protected sectors?/i, 'FLASH_PROTECTED'],
  [/failed erasing sectors? .*/, 'FLASH_WORN'],
  // Not `checksum mismatch` by itself: so says a comparison before anything is written, too.
  [/attempting binary compare|contents differ|Verify Failed|tinyfarm: differs/, 'FLASH_VERIFY_MISMATCH'],
  [/error writing to flash|flash write failed|error executing .*flash write/i, 'FLASH_WORN'],
  [
    /couldn't open|Can't find .*\.cfg|invalid command name|wrong # args|Couldn't open/i,
    'OPENOCD_CONFIG_INVALID',
  ],
];

/** How many of them come before what an unexpected id tells: a stuck chain shows one, too. */
const generalCauses = 6;

/** These fail a run even where OpenOCD ends with 0. */
const alwaysFailures: readonly (readonly [RegExp, ErrorCode])[] = [
  [/UNEXPECTED: 0x[0-9a-f]+/i, 'CHIP_ID_UNEXPECTED'],
  [/no flash bank found for address/, 'IMAGE_MISPLACED'],
];

/** SIGABRT as a shell reports it: the probe's driver asserts that its connection holds. */
const abortedExitCode = 134;

export interface OpenocdEnd {
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
}

/** The cause of a failed run, or undefined where it succeeded: no known failure in its text, and exit code 0. */
export function classify(output: string, end: OpenocdEnd): OpenocdCause | undefined {
  // A probe's own text may hold anything; what is said of it is one line without control characters.
  const lines = output.split(/[\n\r\u2028\u2029]+/).map((line) => line.replaceAll(/\p{Cc}+/gu, ' '));
  const isFailed = end.exitCode !== 0;
  const table = isFailed
    ? [...failures.slice(0, generalCauses), ...alwaysFailures, ...failures.slice(generalCauses)]
    : alwaysFailures;
  for (const [pattern, code] of table) {
    const line = lines.find((each) => pattern.test(each));
    if (line !== undefined) {
      return { code, text: line.replace(/^(?:Error|Warn|Info) ?: /, '').trim() };
    }
  }
  if (!isFailed) {
    return undefined;
  }
  const last =
    lines.findLast((line) => line.startsWith('Error')) ?? lines.findLast((line) => line.trim() !== '');
  const isAborted = end.exitCode === abortedExitCode || end.endedBy === 'SIGABRT';
  const how = end.exitCode === undefined ? `signal ${end.endedBy}` : `exit code ${end.exitCode}`;
  return { code: isAborted ? 'PROBE_LOST' : 'OPENOCD_FAILED', text: last?.trim() ?? how };
}
