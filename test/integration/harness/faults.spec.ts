import { beforeAll, describe, expect, it } from 'vitest';
import { targets, type Target } from '#targets';
import { symbolAt, type Toolchain } from '#toolchain';
import { tinyNetwork } from '../toolchain/tiny-network.ts';
import { parseFrame, QemuConsole, sharedToolchain, type Frame } from './qemu-console.ts';

const emulated = targets.filter((target) => target.qemu !== undefined);
let toolchain: Toolchain;

beforeAll(async () => {
  toolchain = await sharedToolchain(emulated);
});

/** What the firmware reports when a layer does this. */
async function faultOf(
  target: Target,
  extra: string,
  declarations = '',
): Promise<Frame & { where: string | undefined }> {
  const image = await toolchain.build(tinyNetwork({ extra, declarations }), target);
  const { console } = await QemuConsole.boot(image);
  try {
    await console.command('tf-hello 5afe0000');
    await console.command('tf-fill 1');
    console.send('tf-run 1 0%');
    const frame = parseFrame(await console.line('$'));
    return { ...frame, where: symbolAt(image.sizes, Number.parseInt(frame.fields['pc']!, 16)) };
  } finally {
    await console.stop();
  }
}

/** Numbers of exceptions (ARM DDI 0403, B1.5.2) and bits of CFSR (B3.2.15). */
const busFault = 5;
const usageFault = 6;
const cfsrDataViolation = (1 << 1) | (1 << 7);
const cfsrPrecise = 1 << 9;
const cfsrBfarValid = 1 << 15;
const cfsrUndefined = 1 << 16;
const cfsrInvalidState = 1 << 17;
const cfsrDivideByZero = 1 << 25;

describe.for(emulated)('a fault on $name', (target) => {
  it('names an undefined instruction', async () => {
    const { nonce, seq, topic, fields } = await faultOf(target, '__asm volatile("udf #1");');
    expect({ nonce, seq, topic }).toEqual({ nonce: '5afe0000', seq: 3, topic: 'fault' });
    expect(Number.parseInt(fields['ipsr']!, 16)).toBe(usageFault);
    expect(Number.parseInt(fields['cfsr']!, 16) & cfsrUndefined).toBe(cfsrUndefined);
  });

  it('names the address of an access outside memory', async () => {
    const { fields } = await faultOf(target, '*(volatile int *)0x90000010 = 1;');
    expect(Number.parseInt(fields['ipsr']!, 16)).toBe(busFault);
    expect(Number.parseInt(fields['cfsr']!, 16)).toBe(cfsrPrecise | cfsrBfarValid);
    expect(fields['bfar']).toBe('90000010');
  });

  it('names a division by zero, and the layer it is in', async () => {
    const declarations = 'volatile int zero; volatile int result;';
    const { fields, where } = await faultOf(target, 'result = 5 / zero;', declarations);
    expect(Number.parseInt(fields['ipsr']!, 16)).toBe(usageFault);
    expect(Number.parseInt(fields['cfsr']!, 16)).toBe(cfsrDivideByZero);
    expect(where).toMatch(/^add\+0x/);
  });

  it('names a jump into data', async () => {
    const { fields } = await faultOf(target, '((void (*)(void))0x20000100)();');
    expect(Number.parseInt(fields['cfsr']!, 16) & cfsrInvalidState).toBe(cfsrInvalidState);
    expect(fields['pc']).toBe('20000100');
  });

  it('is reported after a stack overflow too', async () => {
    const declarations = `
      static int deep(volatile int *up, int n) { volatile int here[64]; here[n % 64] = *up;
        return deep(here, n + 1) + here[n % 64]; }`;
    const { topic, fields } = await faultOf(target, 'volatile int x = 1; x = deep(&x, 0);', declarations);
    expect(topic).toBe('fault');
    expect(Number.parseInt(fields['cfsr']!, 16) & cfsrDataViolation).toBe(cfsrDataViolation);
    expect(Number.parseInt(fields['mmfar']!, 16)).toBeLessThan(target.sram.originBytes);
    expect(Number.parseInt(fields['mmfar']!, 16)).toBeGreaterThan(target.sram.originBytes - 1024);
  });
});

describe('a network that never ends', () => {
  it('is silent', async () => {
    const image = await toolchain.build(
      tinyNetwork({ extra: 'for (;;) { __asm volatile(""); }' }),
      emulated[0]!,
    );
    const { console } = await QemuConsole.boot(image);
    try {
      await console.command('tf-fill 1');
      console.send('tf-run 1 0%name%');
      await expect(console.line('m-', 500)).rejects.toThrow('no m- within 500 ms, got ""');
    } finally {
      await console.stop();
    }
  });
});
