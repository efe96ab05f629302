import type { Fidelity } from '#devices';

/** General kernels cost up to 31 instructions a MAC, those of single elements up to 60 an element. */
const instructionsPerMac = 40;
/** A slow core takes this many cycles for an instruction, waiting for its flash. */
const cyclesPerInstruction = 2;
/** Of an emulator on a busy host; an idle one is nine times as fast. */
const emulatedHz = 100e6;
/** What everything else may take: the line, the layers without MACs, a host that is busy. */
const floorMs = 4000;
/** How much longer an inference may take than the first one did. */
const factor = 4;

export interface PatienceOptions {
  readonly fidelity: Fidelity;
  /** The core's clock. */
  readonly clockHz: number;
  readonly layers: readonly { readonly macs: number }[];
  /** The longest silence of any inference, as the user says; else that of the first is reckoned from the MACs. */
  readonly timeoutMs?: number | undefined;
}

/** Where neither the user nor the network tells, as of an engine that has no table of layers. */
const unknownMs = 60_000;

/**
 * How long a firmware that computes may be silent before it counts as hung. Of the first inference only its work is
 * known, so that what is granted is many times what is likely; of those after it, what the first one took.
 */
export class Patience {
  readonly firstMs: number;
  readonly #mostMs: number;
  #inferenceMs: number | undefined;

  constructor(options: PatienceOptions) {
    this.#mostMs = options.timeoutMs ?? Infinity;
    this.firstMs = options.timeoutMs ?? likelyMs(options) ?? unknownMs;
  }

  /** What the first inference took on the host's clock. */
  learn(inferenceMs: number): void {
    this.#inferenceMs = inferenceMs;
  }

  /** For a command that runs so many inferences and is silent until its end. */
  deadlineMs(inferences: number): number {
    if (this.#inferenceMs === undefined) {
      return this.firstMs * inferences;
    }
    const learntMs = Math.min(floorMs, this.#mostMs) + factor * inferences * this.#inferenceMs;
    return Math.min(learntMs, inferences * this.#mostMs);
  }
}

function likelyMs({ fidelity, clockHz, layers }: PatienceOptions): number | undefined {
  const macs = layers.reduce((sum, layer) => sum + layer.macs, 0);
  if (macs === 0) {
    return undefined;
  }
  const perSecond = fidelity === 'emulated' ? emulatedHz : clockHz / cyclesPerInstruction;
  return floorMs + (macs * instructionsPerMac * 1000) / perSecond;
}
