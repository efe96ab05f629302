import { FarmError } from '#core';
import type { Image } from '#toolchain';
import type { SramBytes } from '../measurement.ts';
import { decimalField } from '../protocol/index.ts';
import type { Session } from '../session/index.ts';

/** SRAM as linked: the whole arena, and the stack that is reserved. */
export function plannedSram({ sizes, plan, inputBytes }: Image): SramBytes {
  return withPeak({
    arenaBytes: sizes.arenaBytes,
    stackBytes: sizes.stackReservedBytes,
    staticBytes: sizes.staticBytes,
    inputBytes,
    inputInArena: plan.inputInArena,
  });
}

export interface MeasuredMemory {
  readonly sram: SramBytes;
  /** What the stack may grow to. */
  readonly stackRoomBytes: number;
}

/** SRAM as touched by the inferences of the last `tf-run`. Errors of `Session.command`. */
export async function measureSram(session: Session, image: Image): Promise<MeasuredMemory> {
  const [memory] = await session.ask('tf-memory');
  if (memory?.topic !== 'memory') {
    throw new FarmError('PROTOCOL_ERROR', "the firmware answered no line 'memory'");
  }
  const sram = withPeak({
    arenaBytes: decimalField(memory, 'arena'),
    stackBytes: decimalField(memory, 'stack'),
    staticBytes: decimalField(memory, 'static'),
    inputBytes: image.inputBytes,
    inputInArena: image.plan.inputInArena,
  });
  return { sram, stackRoomBytes: decimalField(memory, 'stacksize') };
}

function withPeak(sram: Omit<SramBytes, 'peakBytes'>): SramBytes {
  const outside = sram.inputInArena ? 0 : sram.inputBytes;
  return { ...sram, peakBytes: sram.arenaBytes + sram.stackBytes + sram.staticBytes + outside };
}
