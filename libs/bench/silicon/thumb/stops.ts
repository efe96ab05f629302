/** A BKPT: the core halts on it, when the debugger has asked for that. */
export class Breakpoint extends Error {}

/** An instruction that the interpreter does not know: the core locks up, as after a fault that nobody handles. */
export class UndefinedInstruction extends Error {
  constructor(op: number) {
    super(`instruction 0x${op.toString(16)} is not known to the interpreter`);
  }
}
