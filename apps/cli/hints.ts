import type { ErrorCode } from '#core';

/** What to do about a failure, by its code. The libraries state facts; advice is given here only. */
export const hints: Partial<Record<ErrorCode, string>> = {
  USAGE_INVALID: "see 'tinyfarm --help'",
  TARGET_UNKNOWN: "'tinyfarm targets' lists them",
  FILE_NOT_READABLE: 'check the path and its permissions',
  FILE_NOT_WRITABLE: 'check the path, its permissions and the space left',
  CANDIDATE_INVALID: 'mend the file; docs/candidates.md shows the formats',
  CANDIDATE_UNSUPPORTED: 'docs/candidates.md lists what can be measured',
  INPUT_INVALID: "'tinyfarm plan' shows the size of the input",
  IMAGE_TOO_LARGE: "take a larger target ('tinyfarm targets') or a smaller network",
  TOOLCHAIN_COMPILE_FAILED: "'tinyfarm codegen -o DIR' writes the sources, to look at",
  TOOLCHAIN_MISSING: "run 'tinyfarm doctor'",
  PROGRAM_MISSING: "run 'tinyfarm doctor'",
  HOST_LACKS_SPACE: 'free some space and try again',
  CACHE_CORRUPT: "remove the cache folder ('tinyfarm doctor' names it) and try again",
  STORE_FAILED: 'TINYFARM_HOME names another folder, if this one is not to be used',
  FIRMWARE_SILENT: 'the console log is kept with the failure; try another target to tell board from firmware',
  FIRMWARE_HUNG: 'a larger network may need a larger --timeout',
  OUTPUT_MISMATCH: 'the kernels and the reference interpreter disagree: please report it with the candidate',
  INTERNAL: 'this is a bug of tinyfarm: please report it with the command line',
};
