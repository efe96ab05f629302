import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createBench, type Bench, type SimulatedBoard } from '#bench';
import { FarmError, silentLogger, systemClock } from '#core';
import { readConfig, type Config } from '../../../apps/config.ts';
import { checkBoard } from '../../../apps/wiring/check-board.ts';
import { choosePlace } from '../../../apps/wiring/choose-place.ts';
import { boardRecordsOf, readBoards } from '../../../apps/wiring/boards.ts';
import { createProjectToolchain } from '../../../apps/wiring/create-project-toolchain.ts';
import { measureCandidate, type MeasureResult } from '../../../apps/wiring/measure-candidate.ts';
import { measureWithRecovery } from '../../../apps/wiring/measure-with-recovery.ts';
import { sentinelPath } from '../../../apps/wiring/project.ts';

const { signal } = new AbortController();
let bench: Bench;
let home: string;
let config: Config;
let north: SimulatedBoard;
let south: SimulatedBoard;
let powerCycled: string;

beforeAll(async () => {
  bench = await createBench({ boards: [{ name: 'north' }, { name: 'south' }] });
  await bench.up();
  north = bench.board('north');
  south = bench.board('south');
  home = await mkdtemp(path.join(tmpdir(), 'tinyfarm-recovery-test-'));
  powerCycled = path.join(home, 'power-cycled');
  config = { ...readConfig({ TINYFARM_HOME: home }), cacheFolder: path.resolve('node_modules/.cache') };
  const entry = ({ name, probeSocket, ttyPath, uid }: SimulatedBoard, recovery: string): string =>
    `  - { name: ${name}, target: stm32f405, simulated: true, openocdFile: target/stm32f4x.cfg, tty: ${ttyPath}, uid: ${uid}, recovery: ${recovery}, probe: { interface: remote_bitbang, socket: ${probeSocket} } }\n`;
  await writeFile(
    config.boardsPath,
    `boards:\n${entry(north, `{ powerCycle: [touch, ${powerCycled}] }`)}${entry(south, '{}')}`,
  );
});

afterEach(() => {
  north.faults.clear();
  south.faults.clear();
});

afterAll(async () => {
  await bench.down();
  await rm(home, { recursive: true });
});

interface Measured {
  readonly result?: MeasureResult;
  readonly failure?: FarmError;
  /** What was kept of the failed attempt. */
  readonly kept: MeasureResult[];
}

/** Measures the sentinel as the command line does; `atInput` acts once, when the firmware gets its input. */
async function measure(name: string, atInput: () => unknown = () => {}): Promise<Measured> {
  const kept: MeasureResult[] = [];
  let isDue = true;
  const place = await choosePlace({ on: 'board', board: name, boards: config.boardsPath }, config);
  try {
    const result = await measureWithRecovery(
      () =>
        measureCandidate(
          { candidatePath: sentinelPath, target: place.target, inputSeed: 0, repeats: 3, warmup: 1 },
          {
            toolchain: createProjectToolchain(config),
            device: place.device,
            clock: systemClock,
            logger: silentLogger,
            signal,
            prepare: () => Promise.resolve(),
            onStage: () => {},
            onDetail: (text) => {
              if (isDue && text === 'input') {
                isDue = false;
                atInput();
              }
            },
          },
        ),
      {
        recover: place.recover,
        signal,
        keep: async (failed) => void kept.push(failed),
        onRecovering: () => {},
        onStep: () => {},
      },
    );
    return { result, kept };
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    return { failure: error, kept };
  } finally {
    await place.release();
  }
}

it('a reset brings a board back whose supply dipped; both attempts have a record', async () => {
  const { result, kept } = await measure('north', () => north.brownOut());
  expect(kept[0]!.measurement).toMatchObject({
    status: 'rejected',
    provenance: { failure: { code: 'FIRMWARE_REBOOTED', blame: 'board' } },
  });
  expect(result!.measurement).toMatchObject({
    status: 'accepted',
    provenance: {
      recovery: {
        after: { code: 'FIRMWARE_REBOOTED' },
        recoveredBy: 'reset',
        isQuarantined: false,
        steps: [{ rung: 'reset', outcome: 'helped' }],
      },
    },
  });
  const log = new TextDecoder().decode(kept[0]!.files.get('console.log'));
  expect(log).toMatch(/^ +0\.\d{6} # opened .* at \d{4}-\d\d-\d\dT/m);
});

it('a power cycle brings a board back whose debug port is stuck, after what is milder did not', async () => {
  north.faults.set({ tdo: 'stuck-low' });
  const watch = setInterval(() => {
    if (existsSync(powerCycled)) north.faults.clear();
  }, 20);
  const { result } = await measure('north');
  clearInterval(watch);
  const recovery = result!.measurement.provenance['recovery'] as {
    steps: { rung: string; outcome: string; actMs: number; checkMs: number }[];
  };
  expect(recovery).toMatchObject({ after: { code: 'JTAG_STUCK' }, recoveredBy: 'power-cycle' });
  expect(recovery.steps.map(({ rung, outcome }) => [rung, outcome])).toEqual([
    ['probe-reset', 'absent'],
    ['reset-under-power', 'failed'],
    ['power-cycle', 'helped'],
  ]);
  expect(recovery.steps[2]!.actMs).toBeGreaterThan(0);
  expect(recovery.steps[2]!.checkMs).toBeGreaterThan(0);
  expect(result!.measurement.status).toBe('accepted');
});

it('a board that nothing brings back is in quarantine until a check passes', async () => {
  south.faults.set({ tdo: 'stuck-high' });
  const { failure } = await measure('south');
  expect(failure).toMatchObject({ code: 'BOARD_QUARANTINED' });
  expect(failure!.message).toMatch(/after JTAG_STUCK: .*; tried: reset-under-power failed \(\d+ ms: /);
  await expect(measure('south')).rejects.toMatchObject({
    code: 'BOARD_QUARANTINED',
    message: expect.stringMatching(/^board south is in quarantine since \d{4}-.* \(JTAG_STUCK: /) as string,
  });
  const any = await choosePlace({ on: 'board', target: 'stm32f405', boards: config.boardsPath }, config);
  expect(any.device.name).toBe('north');
  await any.release();

  const [, entry] = await readBoards(config.boardsPath);
  await expect(checkBoard(entry!, { config, signal })).rejects.toMatchObject({ code: 'JTAG_STUCK' });
  south.faults.clear();
  await checkBoard(entry!, { config, signal });
  boardRecordsOf(config).quarantine('south', undefined);
  expect((await measure('south')).result!.measurement.status).toBe('accepted');
});

it("a board that answers with its neighbour's unique id is in quarantine at once, and the neighbour is named", async () => {
  const own = south.uid;
  south.faults.set({ uid: north.uid });
  const { failure } = await measure('south');
  expect(failure).toMatchObject({ code: 'BOARD_QUARANTINED' });
  const { code, reason } = boardRecordsOf(config).quarantineOf('south')!;
  expect(code).toBe('CHIP_UID_MISMATCH');
  expect(reason).toContain(
    `answers with the unique id ${north.uid}, expected ${own}, and north has the id that was met`,
  );
  boardRecordsOf(config).quarantine('south', undefined);
});
