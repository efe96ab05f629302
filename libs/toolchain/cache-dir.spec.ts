import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheDir } from './cache-dir.ts';

let root: string;
let cache: CacheDir;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'tinyfarm-cache-'));
  cache = new CacheDir(root);
});

afterEach(() => rm(root, { recursive: true, force: true }));

function writing(text: string): (dir: string) => Promise<void> {
  return (dir) => writeFile(path.join(dir, 'file'), text);
}

describe('CacheDir', () => {
  it('keeps what was put, and nothing else', async () => {
    expect(await cache.has('things', 'a')).toBe(false);
    const place = await cache.put('things', 'a', writing('hello'));
    expect(place).toBe(cache.pathOf('things', 'a'));
    expect(await readFile(path.join(place, 'file'), 'utf8')).toBe('hello');
    expect(await readdir(path.join(root, 'scratch'))).toEqual([]);
  });

  it('keeps nothing of what failed half-way', async () => {
    const fill = async (dir: string): Promise<void> => {
      await writing('half')(dir);
      throw new Error('power cut');
    };
    await expect(cache.put('things', 'a', fill)).rejects.toThrow('power cut');
    expect(await cache.has('things', 'a')).toBe(false);
    expect(await readdir(path.join(root, 'scratch'))).toEqual([]);
  });

  it('lets the first of two that put the same stay', async () => {
    await Promise.all(['first', 'second'].map((text) => cache.put('things', 'a', writing(text))));
    expect(await readFile(path.join(cache.pathOf('things', 'a'), 'file'), 'utf8')).toMatch(
      /^(first|second)$/,
    );
    await cache.put('things', 'a', writing('third'));
    expect(await readFile(path.join(cache.pathOf('things', 'a'), 'file'), 'utf8')).not.toBe('third');
  });

  it('removes scratch folders that were left long ago', async () => {
    const left = path.join(root, 'scratch', 'left');
    const recent = path.join(root, 'scratch', 'recent');
    await mkdir(left, { recursive: true });
    await mkdir(recent);
    const longAgo = Date.now() / 1000 - 25 * 3600;
    await utimes(left, longAgo, longAgo);
    await cache.put('things', 'a', writing('hello'));
    expect(await readdir(path.join(root, 'scratch'))).toEqual(['recent']);
  });

  it('says where it could not write', async () => {
    await writeFile(path.join(root, 'scratch'), 'in the way');
    await expect(cache.put('things', 'a', writing('x'))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
      message: expect.stringMatching(/\/scratch\/[0-9a-f-]+ could not be written \(ENOTDIR\)$/) as string,
    });
  });
});
