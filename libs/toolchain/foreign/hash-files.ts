import { createHash } from 'node:crypto';
import type { GeneratedFile } from '#codegen';

/** SHA-256 of names and contents, hex. */
export function hashOfFiles(files: readonly GeneratedFile[]): string {
  const hash = createHash('sha256');
  for (const { path: file, content } of files) {
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
