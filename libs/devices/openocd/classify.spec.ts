import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '#core';
import { classify } from './classify.ts';

const failed = { exitCode: 1, endedBy: undefined };
const fine = { exitCode: 0, endedBy: undefined };

describe('classify', () => {
  it.for([
    [
      "Error: Error on socket 'Failed to connect': errno==9, message: Bad file descriptor.\n** OpenOCD init failed **",
      'PROBE_NOT_FOUND',
    ],
    ['Error: open failed', 'PROBE_NOT_FOUND'],
    ['Error: remote_bitbang_fill_buf: Connection reset by peer\n** Programming Failed **', 'PROBE_LOST'],
    ['Error: JTAG scan chain interrogation failed: all zeroes\nWarn : UNEXPECTED: 0x00000000', 'JTAG_STUCK'],
    [
      'Error: JTAG scan chain interrogation failed: all ones\nError: Invalid ACK (7) in DAP response',
      'JTAG_STUCK',
    ],
    ['Error: Invalid ACK (0) in DAP response', 'JTAG_STUCK'],
    ['Error: Timeout during WAIT recovery', 'DAP_STUCK'],
    ['Error: Cannot identify target as a STM32 family.', 'CHIP_WRONG'],
    ['Error: failed erasing sectors 0 to 0', 'FLASH_WORN'],
    ['Warn : checksum mismatch - attempting binary compare\n** Verify Failed **', 'FLASH_VERIFY_MISMATCH'],
    ["couldn't open /no/such.bin", 'OPENOCD_CONFIG_INVALID'],
    ['Error: something never seen before', 'OPENOCD_FAILED'],
    ['', 'OPENOCD_FAILED'],
  ])('finds the cause in %j', ([text, code]) => {
    expect(classify(text!, failed)?.code).toBe(code);
  });

  it.for([
    ['Warn : JTAG tap: stm32f4x.cpu       UNEXPECTED: 0x2ba01477 (mfg: 0x23b)', 'CHIP_ID_UNEXPECTED'],
    ['Error: no flash bank found for address 0x20000000\n** Programming Finished **', 'IMAGE_MISPLACED'],
  ])('fails a run that ended with 0 and said %j', ([text, code]) => {
    expect(classify(text!, fine)?.code).toBe(code);
  });

  it('takes an abort for a probe that went away', () => {
    expect(classify('', { exitCode: 134, endedBy: undefined })?.code).toBe('PROBE_LOST');
    expect(classify('', { exitCode: undefined, endedBy: 'SIGABRT' })?.code).toBe('PROBE_LOST');
  });

  it('finds nothing wrong with a run that went well', () => {
    expect(
      classify('Info : device id = 0x10076413\ncontents match\nshutdown command invoked', fine),
    ).toBeUndefined();
  });

  it('gives one cause, on one line, to whatever OpenOCD says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            'Error: ',
            'UNEXPECTED: 0x',
            'all ones',
            '\n',
            '\r\n',
            'Invalid ACK (',
            'differ',
            '0',
            ')',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        text,
        fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
        (output, exitCode) => {
          const cause = classify(output, {
            exitCode,
            endedBy: exitCode === undefined ? 'SIGKILL' : undefined,
          });
          if (cause === undefined) {
            expect(exitCode).toBe(0);
            return;
          }
          expect(errorCodes[cause.code]).toBeDefined();
          expect(cause.text).not.toMatch(/\n/);
        },
      ),
    );
  });

  it('finds a cause wherever in the output it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^Info : [a-z ]*$/)),
        fc.array(fc.stringMatching(/^Info : [a-z ]*$/)),
        (before, after) => {
          const output = [...before, 'Error: Timeout during WAIT recovery', ...after].join('\n');
          expect(classify(output, failed)?.code).toBe('DAP_STUCK');
        },
      ),
    );
  });
});
