import { describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createMemorySerial, openConsole } from '#devices';
import { driveMlperf, type DriveOptions, type MlperfResult } from './drive.ts';
import { readInferAnswer } from './laps.ts';
import { MlperfSession } from './mlperf-session.ts';
import {
  createReferenceFirmware,
  type ReferenceFirmware,
  type ReferenceFirmwareOptions,
} from './reference-firmware.ts';
import { iterationsFor, mlperfTinyRules } from './run-rules.ts';

async function open(firmware: ReferenceFirmware, bootDeadlineMs = 1000): Promise<MlperfSession> {
  const console = await openConsole({
    path: 'memory',
    baudRate: 115_200,
    clock: systemClock,
    open: firmware.serial.open,
  });
  return MlperfSession.open(console, () => Promise.resolve(firmware.boot()), {
    clock: systemClock,
    bootDeadlineMs,
  });
}

async function drive(
  firmwareOptions: ReferenceFirmwareOptions,
  options: DriveOptions = {},
): Promise<{ readonly result: MlperfResult; readonly commands: readonly string[] }> {
  const firmware = createReferenceFirmware(firmwareOptions);
  const session = await open(firmware);
  try {
    return { result: await driveMlperf(session, options), commands: firmware.commands };
  } finally {
    session.close();
  }
}

describe('a performance run', () => {
  it('takes five inputs, each for 10 s, and the median counts', async () => {
    const { result, commands } = await drive({ inferenceUs: 250_000 });
    expect(result).toMatchObject({ name: 'dut-[reference]', model: 'ic01' });
    expect(result.runs.map((run) => run.iterations)).toEqual([40, 40, 40, 40, 40]);
    expect(result.runs[0]!.results).toEqual([0.25, 0.75]);
    expect(result.perInferenceUs).toBeGreaterThan(250_000);
    // The first time stamp's line takes 2 ms, over 40 inferences.
    expect(result.perInferenceUs).toBeLessThan(250_060);
    expect(commands.filter((command) => command === 'db load 96')).toHaveLength(10);
  });

  it('takes at least ten inferences, after a warm-up', async () => {
    const { result, commands } = await drive({ inferenceUs: 3_000_000 });
    expect(result.runs[0]!.iterations).toBe(10);
    expect(commands.filter((command) => command === 'infer 10 1')).toHaveLength(5);
  });

  it('counts over the wrap of the time stamps', async () => {
    const { result } = await drive({ startUs: 2 ** 32 - 1_500_000 }, { rules: { inputs: 1 } });
    expect(result.perInferenceUs).toBeGreaterThan(250_000);
    expect(result.perInferenceUs).toBeLessThan(250_060);
  });

  it('says no command of more than 80 characters, and none that is empty', async () => {
    const { commands } = await drive({});
    expect(Math.max(...commands.map((command) => command.length + 1))).toBeLessThanOrEqual(80);
    expect(commands).not.toContain('');
  });

  it('takes inputs that are given', async () => {
    const { commands } = await drive({}, { inputs: [Int8Array.from([-1, 2, 3])] });
    expect(commands).toContain('db load 3');
    expect(commands).toContain('db ff0203');
  });

  it('asks for the results where an inference does not tell them', async () => {
    const silent = ['m-infer-start-40', 'm-lap-us-10', 'm-lap-us-10000010', 'm-infer-done'];
    const { result } = await drive({ answers: { 'infer 40 1': silent } }, { rules: { inputs: 1 } });
    expect(result.runs[0]).toMatchObject({ perInferenceUs: 250_000, results: [0.25, 0.75] });
  });
});

describe('what cannot be measured', () => {
  it.for([
    [
      { 'infer 1 1': ['m-lap-us-5'] },
      'PROTOCOL_ERROR',
      'the firmware gave 1 lines m-lap-us-N in an inference, expected 2',
    ],
    [{ 'infer 1 1': ['e-[no model]'] }, 'PROTOCOL_ERROR', 'the firmware refused infer 1 1: no model'],
    [{ name: ['hello'] }, 'PROTOCOL_ERROR', 'the firmware answered name% without a line m-name-…'],
    [
      { 'db load 1000000000': ['m-[Expecting 1000000000 bytes]'] },
      'INPUT_INVALID',
      'the firmware does not tell the size of its input, expected inputs or their size to be given',
    ],
  ] as const)('%j', async ([answers, code, message]) => {
    await expect(drive({ answers })).rejects.toMatchObject({ code, message });
  });

  it('an input that does not fit', async () => {
    await expect(drive({}, { inputs: [new Int8Array(97)] })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'the firmware takes no input of 97 bytes: Supplied buffer size 97 exceeds maximum of 96',
    });
  });

  it('an inference that ten times is longer than the time stamps count', () => {
    expect(() => iterationsFor(3e8, mlperfTinyRules)).toThrow(
      'an inference takes 300000000 us, of which 10 do not fit into a 32-bit count of microseconds',
    );
    expect(iterationsFor(2e8, mlperfTinyRules)).toBe(10);
  });
});

describe('a session', () => {
  it('asks a firmware that has booted before', async () => {
    const firmware = createReferenceFirmware({ booted: true });
    (await open(firmware, 20)).close();
    expect(firmware.commands).toEqual(['name']);
  });

  it('gives up where nobody answers', async () => {
    const mute = { serial: createMemorySerial(), commands: [], boot: () => {} };
    await expect(open(mute, 20)).rejects.toMatchObject({ code: 'FIRMWARE_SILENT' });
  });

  it('never sends an empty command', async () => {
    const firmware = createReferenceFirmware();
    const session = await open(firmware);
    await expect(session.command(' ')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(firmware.commands).toEqual([]);
    session.close();
  });
});

it('the characters of the first time stamp are told', () => {
  expect(readInferAnswer(['m-lap-us-100', 'm-lap-us-350']).printedChars).toBe('m-lap-us-100\r\n'.length);
});
