import { readFileSync } from 'node:fs';

/** Peripherals of Renode 1.16.1 with their constructor's parameters and properties, as far as platforms here use them. */
const types = {
  'Memory.MappedMemory': { needs: ['size'], takes: ['size'] },
  'Memory.ArrayMemory': { needs: ['size'], takes: ['size', 'initialValue'] },
  'IRQControllers.NVIC': { needs: [], takes: ['systickFrequency', 'priorityMask', 'haltSystickOnDeepSleep'] },
  'CPU.CortexM': {
    needs: ['cpuType', 'nvic'],
    takes: ['cpuType', 'nvic', 'numberOfMPURegions', 'PerformanceInMips'],
  },
  'Miscellaneous.DWT': { needs: ['frequency'], takes: ['frequency'] },
  'UART.STM32_UART': { needs: [], takes: ['frequency'], ranged: true },
  'UART.STM32F7_USART': { needs: ['frequency'], takes: ['frequency', 'lowPowerMode'] },
  'UART.NRF52840_UART': { needs: [], takes: ['easyDMA'] },
  'UART.CMSDK_APB_UART': { needs: [], takes: ['frequency'] },
  'Timers.STM32F4_RTC': { needs: [], takes: ['wakeupTimerFrequency'] },
  'Miscellaneous.STM32F4_RCC': { needs: ['rtcPeripheral'], takes: ['rtcPeripheral'] },
  'Miscellaneous.STM32H7_RCC': { needs: [], takes: [] },
  'Miscellaneous.STM32_PWR': { needs: [], takes: [] },
  'Miscellaneous.NRF_CLOCK': { needs: [], takes: [] },
  'Python.PythonPeripheral': { needs: ['size'], takes: ['size', 'initable', 'script', 'filename'] },
};
const cpuTypes = new Set(['cortex-m4', 'cortex-m4f', 'cortex-m7']);

/** Reads a .repl; throws what Renode would say. Peripherals by name, with type, address and attributes. */
export function readPlatform(path) {
  const text = readFileSync(path, 'utf8').replaceAll(/'''[\s\S]*?'''/g, '"…"');
  if (/ApplySVD @https?:/.test(text))
    throw new Error('There was an error when downloading the SVD file: no network');
  const peripherals = new Map();
  const connected = [];
  let current;
  for (const [i, line] of text.split('\n').entries()) {
    const fail = (code, what) => {
      throw new Error(`Error ${code}: ${what}\nAt ${path}:${i + 1}:1:\n${line}\n^`);
    };
    if (/^\s*(\/\/.*)?$/.test(line)) continue;
    const entry = /^(\w+): ([\w.]+) @ sysbus(?: <?(0x[\dA-F]+)(?:, \+0x[\dA-F]+>)?)?$/i.exec(line);
    if (entry !== null) {
      const [, name, type, address] = entry;
      if (types[type] === undefined) fail('E01', `Could not resolve type: '${type}'.`);
      if (peripherals.has(name)) fail('E02', `Variable '${name}' is already declared.`);
      if (types[type].ranged && !line.includes('<'))
        fail('E17', 'Ambiguous choice of constructor for registration point');
      current = { name, type, address: Number(address), attributes: {} };
      peripherals.set(name, current);
      continue;
    }
    if (current === undefined || !line.startsWith('    ')) fail('E00', 'Syntax error, unexpected input');
    const connection = /^ +(?:[\w[\]-]+ )?-> (\w+)@\d+$/.exec(line);
    if (connection !== null) {
      connected.push(connection[1]);
      continue;
    }
    const attribute = /^ +(\w+): (.+)$/.exec(line);
    if (attribute === null) fail('E00', 'Syntax error, unexpected input');
    if (!types[current.type].takes.includes(attribute[1])) {
      fail('E11', `Property '${attribute[1]}' does not exist in '${current.type}'.`);
    }
    current.attributes[attribute[1]] = attribute[2].replaceAll('"', '');
  }
  for (const { name, type, attributes } of peripherals.values()) {
    const missing = types[type].needs.find((need) => attributes[need] === undefined);
    if (missing !== undefined)
      throw new Error(`Error E19: Could not find suitable constructor for type '${type}' of ${name}.`);
  }
  const undeclared = connected.find((name) => !peripherals.has(name));
  if (undeclared !== undefined) throw new Error(`Error E23: Undefined reference '${undeclared}'.`);
  const cpuType = peripherals.get('cpu')?.attributes.cpuType;
  if (cpuType !== undefined && !cpuTypes.has(cpuType))
    throw new Error(`Error E20: CPU type '${cpuType}' is unknown.`);
  return peripherals;
}

/** Which machine of QEMU can run what was written for the platform. */
export function qemuMachineFor(peripherals) {
  const core = peripherals.get('cpu')?.attributes.cpuType;
  const flash = [...peripherals.values()].find(({ type }) => type === 'Memory.MappedMemory')?.address;
  if (flash === 0 && core === 'cortex-m4f') return { machine: 'mps2-an386', serialIndex: 0, shift: 8 };
  if (flash === 0 && core === 'cortex-m7') return { machine: 'mps2-an500', serialIndex: 0, shift: 8 };
  if (flash === 0x08000000 && core === 'cortex-m4f')
    return { machine: 'netduinoplus2', serialIndex: 1, shift: 6 };
  return undefined;
}
