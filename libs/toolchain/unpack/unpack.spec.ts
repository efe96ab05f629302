import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 as zipSum, deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, unpackArchive } from './index.ts';

let dir: string;
let count = 0;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'tinyfarm-unpack-test-'));
});

afterAll(() => rm(dir, { recursive: true }));

interface Entry {
  readonly name: string;
  readonly text?: string | Buffer;
  /** Of tar: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  readonly type?: string;
  readonly target?: string;
}

/** POSIX.1-1988 ustar. */
function tar(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, text = '', type = '0', target = '' }) => {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write(type, 156);
    header.write(target, 157);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((all, byte) => all + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** PKWARE APPNOTE 4.3, deflated; `declaredBytes` may lie. */
function zip(
  entries: readonly (Entry & { readonly mode?: number; readonly declaredBytes?: number })[],
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text = '', mode = 0o100644, declaredBytes } of entries) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(zipSum(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(declaredBytes ?? content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0003'), fields, tail, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\u0005\u0006'), end]);
}

async function keep(bytes: Buffer): Promise<string> {
  const place = path.join(dir, `archive${count++}`);
  await writeFile(place, bytes);
  return place;
}

const codegen: readonly Entry[] = [
  { name: 'codegen/', type: '5' },
  { name: './codegen/Include/genModel.h', text: 'int x;\n' },
  { name: 'codegen/Source/genModel.c', text: 'int y;\n'.repeat(1000) },
];

const formats = [
  ['tar', tar],
  ['tar.gz', (entries: readonly Entry[]) => gzipSync(tar(entries))],
  ['zip', zip],
] as const;

describe.for(formats)('a %s file', ([, make]) => {
  it('is unpacked', async () => {
    const to = path.join(dir, `out${count++}`);
    const files = await unpackArchive(await keep(make(codegen)), to);
    expect(files).toEqual(['codegen/Include/genModel.h', 'codegen/Source/genModel.c']);
    expect(await readFile(path.join(to, 'codegen/Source/genModel.c'), 'utf8')).toBe('int y;\n'.repeat(1000));
  });

  it.for(['../outside.c', 'a/../../outside.c', '/etc/outside.c', 'a\\..\\outside.c', 'C:/outside.c'])(
    'may not hold %s, and then nothing is written',
    async (name) => {
      const to = path.join(dir, `out${count++}`);
      const place = await keep(make([...codegen, { name, text: 'x' }]));
      await expect(unpackArchive(place, to)).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
      expect(await readdir(dir)).not.toContain(path.basename(to));
    },
  );

  it('may not hold more than is wanted', async () => {
    const place = await keep(make(codegen));
    await expect(readArchive(place, { maxBytes: 7006 })).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${path.basename(place)} holds more than 7006 bytes`,
    });
    await expect(readArchive(place, { maxBytes: 7007, maxFiles: 3 })).resolves.toHaveLength(2);
    await expect(readArchive(place, { maxFiles: 2 })).rejects.toMatchObject({
      message: `${path.basename(place)} holds more than 2 entries`,
    });
  });

  it('may not hold a file twice', async () => {
    const place = await keep(make([...codegen, { name: 'codegen//Include/genModel.h', text: '' }]));
    await expect(readArchive(place)).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
  });

  it('may not be cut off', async () => {
    const whole = make(codegen);
    const place = await keep(whole.subarray(0, Math.floor(whole.length / 2)));
    await expect(readArchive(place)).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
  });
});

describe('links', () => {
  it.for([
    ['a symbolic link', '2'],
    ['a hard link', '1'],
    ['a special file', '3'],
  ] as const)('a tar file may not hold %s', async ([kind, type]) => {
    const target = type === '3' ? '' : '/etc/passwd';
    const place = await keep(tar([{ name: 'link', type, target }]));
    await expect(readArchive(place)).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
      message: `${path.basename(place)} holds ${kind}, "link", expected files and folders only`,
    });
  });

  it('a zip file may not hold a symbolic link', async () => {
    const place = await keep(zip([{ name: 'link', text: '/etc/passwd', mode: 0o120777 }]));
    await expect(readArchive(place)).rejects.toMatchObject({
      message: `${path.basename(place)} holds a symbolic link, "link", expected files and folders only`,
    });
  });
});

describe('what expands without end', () => {
  const zeros = Buffer.alloc(50_000_000);

  it('is stopped in a tar.gz', async () => {
    const place = await keep(gzipSync(tar([{ name: 'zeros', text: zeros }])));
    await expect(readArchive(place, { maxBytes: 1_000_000 })).rejects.toThrow('more than 1000000 bytes');
  });

  it('is stopped in a zip that tells the truth, and in one that does not', async () => {
    const honest = await keep(zip([{ name: 'zeros', text: zeros }]));
    await expect(readArchive(honest, { maxBytes: 1_000_000 })).rejects.toThrow('more than 1000000 bytes');
    const lying = await keep(zip([{ name: 'zeros', text: zeros, declaredBytes: 10 }]));
    await expect(readArchive(lying, { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'CANDIDATE_INVALID',
    });
  });
});

it('another file is no archive', async () => {
  const place = await keep(Buffer.from('hello'));
  await expect(readArchive(place)).rejects.toMatchObject({
    code: 'CANDIDATE_INVALID',
    message: `${path.basename(place)} is no tar, tar.gz or zip file`,
  });
});
