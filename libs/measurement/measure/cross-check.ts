import { isNoRoom, type Session } from '../session/index.ts';

/** What an emulator counted of one inference from outside, and the firmware from within. */
export interface CrossCheck {
  readonly outsideInstructions: number;
  readonly insideInstructions: number;
  /** What the harness may do around an inference: it restores the input, and sends a line. */
  readonly allowedInstructions: number;
}

export interface CrossCheckOptions {
  /** Instructions that the core has executed so far. */
  readonly executed: () => Promise<number>;
  readonly insideInstructions: number;
  readonly inputBytes: number;
  readonly deadlineMs: number;
}

const instructionsPerInputByte = 32;
const instructionsPerLine = 50_000;

/**
 * Runs of three and of four inferences differ by one inference: the first two of a run alone are on painted memory.
 * Undefined where the firmware has no room to keep its input over a run.
 */
export async function crossCheck(
  session: Pick<Session, 'command'>,
  { executed, insideInstructions, inputBytes, deadlineMs }: CrossCheckOptions,
): Promise<CrossCheck | undefined> {
  const count = async (inferences: number): Promise<number> => {
    const before = await executed();
    await session.command(`tf-run ${inferences} 0`, deadlineMs);
    return (await executed()) - before;
  };
  try {
    const three = await count(3);
    const four = await count(4);
    return {
      outsideInstructions: four - three,
      insideInstructions,
      allowedInstructions: instructionsPerInputByte * inputBytes + instructionsPerLine,
    };
  } catch (error) {
    if (isNoRoom(error)) return undefined;
    throw error;
  }
}

/** Why the two do not agree; undefined where they do. */
export function describeCounterFault(check: CrossCheck): string | undefined {
  const { outsideInstructions: outside, insideInstructions: inside, allowedInstructions } = check;
  // A translated block counts as a whole once it is entered, so the outside may be read a few instructions early.
  const isPlausible = outside - inside >= -1000 && outside - inside <= allowedInstructions;
  return isPlausible
    ? undefined
    : `the emulator counted ${outside} instructions an inference and the firmware ${inside}, expected at most ${allowedInstructions} more`;
}
