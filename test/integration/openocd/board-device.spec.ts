import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, type Bench } from '#bench';
import { fnv1aHex, systemClock } from '#core';
import { createBoardDevice, type Device, type RunningDevice } from '#devices';
import { findTarget } from '#targets';
import type { Image } from '#toolchain';
import { SerialLine } from '../bench/serial-line.ts';
import { parseFrame, sharedToolchain } from '../harness/qemu-console.ts';
import { tinyNetwork } from '../toolchain/tiny-network.ts';
import { entryOf } from './faulty-board.ts';

const target = findTarget('stm32f405');
const names = ['north', 'east', 'south', 'west'];
let bench: Bench;
let images: Image[];

beforeAll(async () => {
  bench = await createBench({ boards: names.map((name) => ({ name })) });
  const toolchain = await sharedToolchain([target]);
  images = await Promise.all(names.map((name) => toolchain.build(tinyNetwork({ name }), target)));
  await bench.up();
});

afterAll(() => bench.down());

function deviceOf(name: string): Device {
  return createBoardDevice({ board: entryOf(bench.board(name)), target, clock: systemClock });
}

/** Boots an image on a board and says hello to it: the lines up to the end of the answer. */
async function hello(running: RunningDevice): Promise<readonly [string[], SerialLine]> {
  const line = await SerialLine.open(running.ttyPath);
  expect(line.text).toBe('');
  await running.run();
  await line.until((text) => text.includes('m-ready\r\n'));
  line.send('tf-hello 0123ABCD%');
  const text = await line.until((received) => received.split('m-ready\r\n').length > 2);
  return [text.split('\r\n'), line];
}

describe('a board as a device', () => {
  it('says that the numbers of a simulated board are emulated', () => {
    expect(deviceOf('north')).toMatchObject({ kind: 'board', name: 'north', fidelity: 'emulated' });
    const silicon = createBoardDevice({
      board: { ...entryOf(bench.board('north')), simulated: false },
      target,
      clock: systemClock,
    });
    expect(silicon.fidelity).toBe('hardware');
  });

  it('runs four images on four boards at once, each with its own build hash and unique id', async () => {
    const answers = await Promise.all(
      names.map(async (name, i) => {
        const running = await deviceOf(name).start(images[i]!);
        const [lines, line] = await hello(running);
        expect(running.provenance['openocd']).toMatch(/^Open On-Chip Debugger \d/);
        await line.close();
        await running.stop();
        return lines.filter((each) => each.startsWith('$')).map((each) => parseFrame(each));
      }),
    );
    for (const [i, frames] of answers.entries()) {
      const found = frames.find(({ topic }) => topic === 'hello')!;
      expect(found.fields).toMatchObject({ build: images[i]!.buildHash, uid: bench.board(names[i]!).uid });
      expect(frames.filter(({ nonce }) => nonce === '0123ABCD').map(({ seq }) => seq)).toEqual([0, 1]);
    }
  });

  it('shows the registers of a core that hangs', async () => {
    const running = await deviceOf('north').start(images[0]!);
    const [, line] = await hello(running);
    await bench.board('north').hang();
    expect(await running.inspect()).toMatch(/pc=0x0800[0-9a-f]{4} .*cfsr=0x0/);
    await line.close();
    await running.stop();
  });

  it('notices that its serial port is gone', async () => {
    const running = await deviceOf('east').start(images[1]!);
    await bench.board('east').tty.vanish();
    expect(await running.gone).toMatch(/serial port .* is gone/);
    await bench.board('east').tty.appear();
    await running.stop();
  });

  it('computes on the board what it computes anywhere', async () => {
    const running = await deviceOf('south').start(images[2]!);
    const [, line] = await hello(running);
    for (const command of ['tf-fill 7%', 'tf-run 1 0%', 'tf-output%']) {
      const ready = line.text.split('m-ready\r\n').length;
      line.send(command);
      await line.until((text) => text.split('m-ready\r\n').length > ready);
    }
    const frames = line.text
      .split('\r\n')
      .filter((each) => each.startsWith('$'))
      .map((each) => parseFrame(each));
    const bytes = Buffer.from(frames.find(({ topic }) => topic === 'out')!.fields['hex']!, 'hex');
    expect(frames.find(({ topic }) => topic === 'output')!.fields['fnv1a']).toBe(fnv1aHex(bytes));
    await line.close();
    await running.stop();
  });
});
