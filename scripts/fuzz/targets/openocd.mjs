import { errorCodes } from '#core';
import { classify } from '#devices';
import { damageText } from '../damage.mjs';

const corpus = [
  "Error: Error on socket 'Failed to connect': errno==9, message: Bad file descriptor.\n** OpenOCD init failed **",
  'Error: JTAG scan chain interrogation failed: all zeroes\nWarn : UNEXPECTED: 0x00000000',
  'Error: Invalid ACK (7) in DAP response\nError: Timeout during WAIT recovery',
  'Info : device id = 0x10016413\n** Programming Started **\n** Programming Finished **\n** Verified OK **',
  'Error: failed erasing sectors 0 to 0\nError: flash write algorithm aborted by target',
  "couldn't open /no/such.bin",
];

export function createTarget(files) {
  const texts = [...corpus, ...files.map((file) => file.toString('latin1'))];
  return {
    codes: [],
    make: (random) => ({
      output: damageText(random.pick(texts), random),
      end: random.pick([
        { exitCode: 0, endedBy: undefined },
        { exitCode: 1, endedBy: undefined },
        { exitCode: undefined, endedBy: 'SIGABRT' },
      ]),
    }),
    take: ({ output, end }) => {
      const cause = classify(output, end);
      if (cause === undefined) {
        if (end.exitCode !== 0) throw new Error('a failed run has no cause');
        return undefined;
      }
      if (!Object.hasOwn(errorCodes, cause.code)) throw new Error(`the code ${cause.code} is unknown`);
      if (!/^[^\n\r]+$/.test(cause.text)) throw new Error(`no clear line: ${JSON.stringify(cause.text)}`);
      return cause.text;
    },
  };
}
