import { describe, expect, it } from 'vitest';
import { parseBoardList } from './parse-board-list.ts';

const good = `boards:
  - name: disco-1
    target: stm32f407
    probe:
      interface: interface/stlink.cfg
      usbPath: 1-2.3
    openocdFile: target/stm32f4x.cfg
    tty: /dev/serial/by-id/usb-one
`;

describe('parseBoardList', () => {
  it('fills in what is left out', () => {
    expect(parseBoardList(good, 'boards.yaml')).toEqual([
      {
        name: 'disco-1',
        target: 'stm32f407',
        simulated: false,
        probe: { interface: 'interface/stlink.cfg', usbPath: '1-2.3', host: '127.0.0.1' },
        openocdFile: 'target/stm32f4x.cfg',
        commands: [],
        connectUnderReset: false,
        tty: '/dev/serial/by-id/usb-one',
        baudRate: 115_200,
        console: { opens: 'before-run' },
        recovery: {},
        tags: [],
      },
    ]);
  });

  it.for([
    [
      'a wrong value',
      good.replace('1-2.3', 'left'),
      'boards.yaml:6: boards.0.probe.usbPath: expected bus and ports, such as 1-2.3',
    ],
    ['a missing value', good.replace('    target: stm32f407\n', ''), 'boards.yaml:2: boards.0.target: '],
    ['an unknown key', `${good}    colour: red\n`, 'boards.yaml:2: boards.0: Unrecognized key: "colour"'],
    ['broken YAML', good.replace('probe:', 'probe: {'), 'boards.yaml:5: '],
    [
      'a name used twice',
      good + good.slice(good.indexOf('\n') + 1),
      'boards.yaml:9: board disco-1 is listed twice',
    ],
  ])('names the line of %s', ([, text, message]) => {
    expect(() => parseBoardList(text!, 'boards.yaml')).toThrow(message!);
  });
});
