import type { Frame } from '../protocol/index.ts';

/** Nonce and numbers by which a session's own lines are known, and lost ones missed. */
export class LineNumbers {
  #nonce = '';
  #next = 0;
  #mayJump = false;

  get nonce(): string {
    return this.#nonce;
  }

  get next(): number {
    return this.#next;
  }

  /** From now on lines carry this nonce and count from 0. */
  begin(nonce: string): void {
    this.#nonce = nonce;
    this.#next = 0;
    this.#mayJump = false;
  }

  /** Lines were lost, and are known to be: the next one may have any later number. */
  allowJump(): void {
    this.#mayJump = true;
  }

  /** Whether a line is the one that is due; takes it as seen if so. */
  take({ nonce, seq }: Frame): boolean {
    const isDue = this.#mayJump ? seq >= this.#next : seq === this.#next;
    if (nonce !== this.#nonce || !isDue) {
      return false;
    }
    this.#mayJump = false;
    this.#next = seq + 1;
    return true;
  }
}
