import { z } from 'zod';

import type { Bench, BoardFaults, SimulatedBoard } from '#bench';
import { FarmError, messageOf } from '#core';

const rate = z.number().min(0).max(1);
const sectors = z.array(z.int().min(0).max(11));

/** The knobs that are values; what is left out stays as it is. */
const faults: z.ZodType<Partial<BoardFaults>> = z.strictObject({
  probe: z.enum(['healthy', 'absent', 'frozen']).optional(),
  tdo: z.enum(['follows', 'stuck-low', 'stuck-high']).optional(),
  idCode: z.int().min(0).max(0xffff_ffff).optional(),
  dapWaits: z.boolean().optional(),
  deviceId: z.int().min(0).max(0xffff_ffff).optional(),
  wornSectors: sectors.optional(),
  protectedSectors: sectors.optional(),
  stuckBits: z
    .array(
      z.strictObject({
        offsetBytes: z.int().nonnegative(),
        bit: z.int().min(0).max(7),
        value: z.literal([0, 1]),
      }),
    )
    .optional(),
  eraseMs: z.number().nonnegative().optional(),
  staleImage: z.boolean().optional(),
  uid: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'expected 24 lower-case hexadecimal digits')
    .optional(),
  line: z.strictObject({ dropRate: rate, flipRate: rate, baudMismatch: z.boolean() }).optional(),
  clockSlowBy: rate.optional(),
}) as z.ZodType<Partial<BoardFaults>>;

const acts: Readonly<Record<string, (board: SimulatedBoard) => unknown>> = {
  clear: (board) => board.faults.clear(),
  hang: (board) => board.hang(),
  crash: (board) => board.crash(),
  'brown-out': (board) => board.brownOut(),
  flood: (board) => board.flood(4096),
  'break-probe': (board) => board.breakProbe('reset'),
  vanish: (board) => board.tty.vanish(),
  appear: (board) => board.tty.appear(),
  renumber: (board) => board.tty.renumber(),
};

/**
 * Turns a knob: `BOARD {"uid": "…"}` sets values, `BOARD hang` and the like act at once. Returns what was done. Error
 * USAGE_INVALID.
 */
export async function turnKnob(bench: Bench, line: string): Promise<string> {
  const [, name = '', what = ''] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  const board = bench.board(name);
  if (what.startsWith('{')) {
    board.faults.set(parseFaults(what));
    await board.settled();
    return `${name}: set ${what}`;
  }
  const act = Object.hasOwn(acts, what) ? acts[what] : undefined;
  if (act === undefined) {
    throw new FarmError(
      'USAGE_INVALID',
      `${name}: no knob '${what}', expected one of ${Object.keys(acts).join(', ')}, or values as {"probe": "absent"}`,
    );
  }
  await act(board);
  await board.settled();
  return `${name}: ${what}`;
}

function parseFaults(text: string): Partial<BoardFaults> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FarmError('USAGE_INVALID', `${text} is no JSON: ${messageOf(error)}`);
  }
  const parsed = faults.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FarmError('USAGE_INVALID', `${issue!.path.join('.') || text}: ${issue!.message}`);
  }
  return parsed.data;
}
