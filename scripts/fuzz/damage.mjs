const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe];

/** A copy of a file with some words, bytes and stretches changed, moved or cut off. */
export function damageBytes(file, random) {
  let bytes = Uint8Array.from(file);
  for (let change = random.integer(1, 4); change > 0 && bytes.length >= 8; change--) {
    const at = random.integer(0, bytes.length - 4);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    switch (random.integer(0, 5)) {
      case 0:
        view.setUint32(at & ~3, random.pick([...edges, random.uint32()]), true);
        break;
      case 1:
        bytes[at] ^= 1 << random.integer(0, 7);
        break;
      case 2:
        bytes[at] = random.integer(0, 255);
        break;
      case 3: {
        // Another word of the file: offsets and shapes that are plausible.
        const other = random.integer(0, bytes.length - 4) & ~3;
        view.setUint32(at & ~3, view.getUint32(other, true), true);
        break;
      }
      case 4:
        view.setUint32(at & ~3, (view.getUint32(at & ~3, true) + random.integer(-4, 4)) >>> 0, true);
        break;
      default:
        bytes.copyWithin(at, random.integer(0, bytes.length - 1), random.integer(0, bytes.length));
    }
  }
  return random.integer(0, 19) === 0 ? bytes.slice(0, random.integer(0, bytes.length)) : bytes;
}

const values = [
  0,
  -1,
  1,
  1.5,
  1e9,
  2 ** 53,
  -(2 ** 31),
  null,
  true,
  '',
  'x',
  '9'.repeat(40),
  [],
  {},
  [1],
  1e308,
];

/** A copy of a JSON value with some of its parts changed, left out, doubled or of another kind. */
export function damageJson(value, random) {
  const copy = structuredClone(value);
  for (let change = random.integer(1, 3); change > 0; change--) {
    let [holder, key] = [undefined, undefined];
    let at = copy;
    while (at !== null && typeof at === 'object' && Object.keys(at).length > 0) {
      if (holder !== undefined && random.integer(0, 3) === 0) break;
      [holder, key] = [at, random.pick(Object.keys(at))];
      at = holder[key];
    }
    if (holder === undefined) return structuredClone(random.pick(values));
    const kind = random.integer(0, 4);
    if (kind === 0) delete holder[key];
    else if (kind === 1 && Array.isArray(holder)) holder.push(structuredClone(at));
    else if (kind === 2 && typeof at === 'number') holder[key] = at * random.pick([0, -1, 2, 10, 1000]);
    else if (kind === 3 && typeof at === 'string') holder[key] = damageText(at, random);
    else holder[key] = structuredClone(random.pick(values));
  }
  return copy;
}

const marks = [
  '\n',
  '\r',
  '\0',
  '$',
  '*',
  ',',
  '=',
  '%',
  '-',
  '[',
  ']',
  'é',
  '\u2028',
  '\u001b[2J',
  '999999999999',
];

/** A text with characters changed, doubled, cut off or put in. */
export function damageText(text, random) {
  let damaged = text;
  for (let change = random.integer(1, 4); change > 0; change--) {
    const at = random.integer(0, damaged.length);
    const put = random.pick(['', random.pick(marks), String.fromCharCode(random.integer(0, 0x7f))]);
    const cut = random.integer(0, 2);
    damaged = damaged.slice(0, at) + put + damaged.slice(at + cut);
    if (random.integer(0, 9) === 0) damaged = damaged.slice(0, at) + damaged;
  }
  return damaged;
}
