/** Exceptions of Armv7-M by number (DDI 0403, B1.5.2). */
const exceptions: Readonly<Record<number, string>> = {
  2: 'NMI',
  3: 'HardFault',
  4: 'MemManage',
  5: 'BusFault',
  6: 'UsageFault',
  11: 'SVCall',
  12: 'DebugMonitor',
  14: 'PendSV',
  15: 'SysTick',
};

/** What QEMU's `info registers` says about a Cortex-M, as `pc 0x…, lr 0x…, in HardFault`; undefined if it says nothing. */
export function describeRegisters(text: string): string | undefined {
  const register = (name: string): number | undefined => {
    const found = new RegExp(`\\b${name}=([0-9a-f]{8})\\b`, 'i').exec(text);
    return found === null ? undefined : Number.parseInt(found[1]!, 16);
  };
  const pc = register('R15');
  const lr = register('R14');
  const xpsr = register('XPSR');
  if (pc === undefined || lr === undefined || xpsr === undefined) {
    return undefined;
  }
  const exception = xpsr & 0x1ff;
  const where =
    exception === 0
      ? 'in thread mode'
      : `in ${exceptions[exception] ?? (exception >= 16 ? `interrupt ${exception - 16}` : `exception ${exception}`)}`;
  return `pc ${hex(pc)}, lr ${hex(lr)}, ${where}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
