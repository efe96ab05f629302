import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FarmError, isFarmError } from '#core';
import type { Target } from '#targets';
import { readElf } from '../elf.ts';
import { imageSizes, linkedBuildHash } from '../image-sizes.ts';
import type { Image } from '../image.ts';

/**
 * A finished firmware as an image; nothing is known of what is in it. Errors FILE_NOT_READABLE, CANDIDATE_INVALID (no
 * ELF of a 32-bit Arm, or of another memory map than the target's).
 */
export async function readFirmware(elfPath: string, target: Target): Promise<Image> {
  const bytes = await readFile(elfPath).catch((cause: unknown) => {
    throw new FarmError('FILE_NOT_READABLE', `${elfPath} could not be read`, { cause });
  });
  const elf = parse(bytes, elfPath);
  const outside = elf.segments.find(
    ({ loadBytes, fileSizeBytes }) =>
      ![target.flash, target.sram].some(
        ({ originBytes, sizeBytes }) =>
          loadBytes >= originBytes && loadBytes + fileSizeBytes <= originBytes + sizeBytes,
      ),
  );
  if (outside !== undefined || elf.segments.length === 0) {
    const where = outside === undefined ? 'nothing' : `bytes at 0x${outside.loadBytes.toString(16)}`;
    throw new FarmError(
      'CANDIDATE_INVALID',
      `${elfPath} loads ${where}, expected its parts in flash at 0x${target.flash.originBytes.toString(16)} as ${target.name} has it`,
    );
  }
  return {
    elfPath: path.resolve(elfPath),
    buildHash: linkedBuildHash(elf) ?? createHash('sha256').update(bytes).digest('hex').slice(0, 32),
    target,
    compiler: 'unknown',
    flags: [],
    sizes: imageSizes(elf, target),
    layers: [],
    plan: {
      arenaBytes: 0,
      blocks: [],
      stepNames: [],
      tensorOffsets: new Map(),
      scratchOffsets: [],
      inputInArena: true,
    },
    inputBytes: 0,
    outputBytes: 0,
  };
}

function parse(bytes: Buffer, elfPath: string): ReturnType<typeof readElf> {
  const arm = 40;
  try {
    if (bytes.length > 20 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(18) === arm) {
      return readElf(bytes);
    }
  } catch (error) {
    if (!isFarmError(error, 'CACHE_CORRUPT')) {
      throw error;
    }
  }
  throw new FarmError(
    'CANDIDATE_INVALID',
    `${elfPath} is no ELF file of a 32-bit Arm, expected a linked firmware`,
  );
}
