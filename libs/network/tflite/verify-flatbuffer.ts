import { FarmError } from '#core';

/** What a field of a table holds: a scalar of so many bytes, a vector of such scalars, text, a table, or tables. */
export type FieldLayout =
  | { readonly kind: 'scalar' | 'vector'; readonly bytes: 1 | 2 | 4 | 8 }
  | { readonly kind: 'string' }
  | { readonly kind: 'table' | 'tables'; readonly layout: TableLayout };

/** Fields in the order of their ids; undefined: not read, so not checked. */
export interface TableLayout {
  readonly name: string;
  readonly fields: readonly (FieldLayout | undefined)[];
}

const maxDepth = 8;

/**
 * Follows every offset that a reader of these layouts may follow, and checks that all of it lies within the bytes:
 * the generated classes read without looking. Work is bounded however tables share or nest. CANDIDATE_INVALID.
 */
export function verifyFlatbuffer(bytes: Uint8Array, root: TableLayout, identifier: string): void {
  new Verifier(bytes, identifier).verifyRoot(root);
}

class Verifier {
  readonly #view: DataView;
  readonly #length: number;
  readonly #identifier: string;
  /** Tables that may still be visited: a file cannot hold more different ones than this. */
  #budget: number;

  constructor(bytes: Uint8Array, identifier: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#length = bytes.byteLength;
    this.#identifier = identifier;
    this.#budget = Math.ceil(bytes.byteLength / 4);
  }

  verifyRoot(root: TableLayout): void {
    if (this.#length < 12) {
      this.#fail(`it has ${this.#length} bytes, expected at least 12`);
    }
    const identifier = [4, 5, 6, 7].map((at) => String.fromCharCode(this.#view.getUint8(at))).join('');
    if (identifier !== this.#identifier) {
      this.#fail(`its identifier is ${JSON.stringify(identifier)}, expected "${this.#identifier}"`);
    }
    this.#table(this.#view.getUint32(0, true), root, 0);
  }

  #table(position: number, layout: TableLayout, depth: number): void {
    if (--this.#budget < 0 || depth > maxDepth) {
      this.#fail(`its tables refer to each other without end, at ${layout.name}`);
    }
    this.#inside(position, 4, layout.name);
    const vtable = position - this.#view.getInt32(position, true);
    this.#inside(vtable, 4, `${layout.name}'s vtable`);
    const vtableBytes = this.#view.getUint16(vtable, true);
    const tableBytes = this.#view.getUint16(vtable + 2, true);
    // The flatbuffers library reads both as signed.
    if (vtableBytes < 4 || tableBytes < 4 || vtableBytes > 32767 || tableBytes > 32767) {
      this.#fail(`${layout.name}'s vtable says ${vtableBytes} and ${tableBytes} bytes, expected 4 to 32767`);
    }
    if (vtableBytes % 2 !== 0) {
      this.#fail(`${layout.name}'s vtable has ${vtableBytes} bytes, expected an even number`);
    }
    this.#inside(vtable, vtableBytes, `${layout.name}'s vtable`);
    this.#inside(position, tableBytes, layout.name);
    for (const [id, field] of layout.fields.entries()) {
      const slot = 4 + 2 * id;
      const offset = slot + 2 <= vtableBytes ? this.#view.getUint16(vtable + slot, true) : 0;
      if (field !== undefined && offset !== 0) {
        const size = field.kind === 'scalar' ? field.bytes : 4;
        if (offset + size > tableBytes) {
          this.#fail(`field ${id} of ${layout.name} is at ${offset}, expected it within ${tableBytes} bytes`);
        }
        this.#field(position + offset, field, `field ${id} of ${layout.name}`, depth);
      }
    }
  }

  #field(position: number, field: FieldLayout, where: string, depth: number): void {
    if (field.kind === 'scalar') {
      return;
    }
    const target = position + this.#view.getUint32(position, true);
    if (field.kind === 'table') {
      this.#table(target, field.layout, depth + 1);
      return;
    }
    this.#inside(target, 4, where);
    const count = this.#view.getUint32(target, true);
    const elementBytes = field.kind === 'vector' ? field.bytes : field.kind === 'string' ? 1 : 4;
    this.#inside(target + 4, count * elementBytes, where);
    if (field.kind === 'vector' && (target + 4) % Math.min(field.bytes, 4) !== 0) {
      this.#fail(`${where} is at ${target + 4}, expected a multiple of ${field.bytes}`);
    }
    if (field.kind === 'tables') {
      for (let i = 0; i < count; i++) {
        const element = target + 4 + 4 * i;
        this.#table(element + this.#view.getUint32(element, true), field.layout, depth + 1);
      }
    }
  }

  #inside(position: number, bytes: number, where: string): void {
    if (position < 0 || position + bytes > this.#length) {
      this.#fail(
        `${where} lies at ${position} and has ${bytes} bytes, expected it within the ${this.#length} bytes there are`,
      );
    }
  }

  #fail(message: string): never {
    throw new FarmError('CANDIDATE_INVALID', `not a whole .tflite: ${message}`);
  }
}
