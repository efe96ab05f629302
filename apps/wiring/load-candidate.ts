import { FarmError, isFarmError } from '#core';
import { readCandidate, type Candidate } from '#network';

/** Reads a candidate from a file; what is wrong with its content is said with the file's path. */
export async function loadCandidate(path: string): Promise<Candidate> {
  try {
    return await readCandidate(path);
  } catch (error) {
    if (isFarmError(error, 'CANDIDATE_INVALID') || isFarmError(error, 'CANDIDATE_UNSUPPORTED')) {
      throw new FarmError(error.code, `${path}: ${error.message}`, { context: error.context, cause: error });
    }
    throw error;
  }
}
