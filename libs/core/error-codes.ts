export type Blame = 'candidate' | 'board' | 'host' | 'farm';

export interface ErrorTraits {
  readonly blame: Blame;
  readonly retryable: boolean;
  readonly httpStatus: number;
  readonly exitCode: number;
}

function traits(blame: Blame, exitCode: number, httpStatus: number, retryable = false): ErrorTraits {
  return { blame, exitCode, httpStatus, retryable };
}

/**
 * Every way in which tinyfarm fails. Exit codes: 2 usage, 3 bad candidate, 4 does not fit, 5 compile failed,
 * 6 host lacks something, 7 device could not be started or reached, 8 the firmware hung, 9 the firmware faulted,
 * 10 garbage on the line, 11 measurement rejected, 12 board trouble, 13 job cancelled or too late, 14 no server answers,
 * 15 the server does not let you, 16 a regression against a baseline, 17 a candidate of a CI file gave no numbers,
 * 70 a bug, 130 interrupted.
 */
export const errorCodes = {
  USAGE_INVALID: traits('candidate', 2, 400),
  TARGET_UNKNOWN: traits('candidate', 2, 400),
  FILE_NOT_READABLE: traits('candidate', 2, 400),
  FILE_NOT_WRITABLE: traits('host', 6, 500),

  CANDIDATE_INVALID: traits('candidate', 3, 422),
  CANDIDATE_UNSUPPORTED: traits('candidate', 3, 422),
  INPUT_INVALID: traits('candidate', 3, 422),
  FOREIGN_ENGINE_INVALID: traits('candidate', 3, 422),
  IMAGE_TOO_LARGE: traits('candidate', 4, 422),

  TOOLCHAIN_COMPILE_FAILED: traits('candidate', 5, 422),
  TOOLCHAIN_LINK_FAILED: traits('candidate', 5, 422),
  TOOLCHAIN_ARCHIVE_FAILED: traits('farm', 5, 500),
  TOOLCHAIN_MISSING: traits('host', 6, 503),
  SANDBOX_MISSING: traits('host', 6, 503),
  SANDBOX_LIMIT: traits('candidate', 5, 422),
  PROGRAM_MISSING: traits('host', 6, 503),
  PROGRAM_FAILED: traits('host', 6, 500),
  PROGRAM_TIMEOUT: traits('host', 6, 504, true),
  HOST_LACKS_SPACE: traits('host', 6, 507),
  CACHE_CORRUPT: traits('host', 6, 500, true),
  STORE_FAILED: traits('host', 6, 500),

  DEVICE_START_FAILED: traits('host', 7, 502, true),
  DEVICE_EXITED: traits('host', 7, 502, true),
  SERIAL_OPEN_FAILED: traits('host', 7, 502, true),
  SERIAL_PORT_MISSING: traits('board', 12, 502, true),
  SERIAL_PORT_AMBIGUOUS: traits('host', 7, 500),
  SERIAL_CLOSED: traits('board', 7, 502, true),
  SERIAL_TIMEOUT: traits('board', 7, 504, true),

  FIRMWARE_SILENT: traits('board', 8, 504, true),
  FIRMWARE_HUNG: traits('candidate', 8, 504),
  FIRMWARE_FAULT: traits('candidate', 9, 422),
  FIRMWARE_REBOOTED: traits('board', 12, 502, true),
  PROTOCOL_GARBAGE: traits('board', 10, 502, true),
  PROTOCOL_LINE_LOST: traits('board', 10, 502, true),
  PROTOCOL_ERROR: traits('farm', 10, 502),

  MEASUREMENT_REJECTED: traits('candidate', 11, 422),
  BUILD_HASH_MISMATCH: traits('board', 11, 502, true),
  BOARD_UID_MISMATCH: traits('board', 12, 502),
  OUTPUT_MISMATCH: traits('candidate', 11, 422),

  PROBE_NOT_FOUND: traits('board', 12, 502, true),
  PROBE_LOST: traits('board', 12, 502, true),
  PROBE_FROZEN: traits('board', 12, 504, true),
  JTAG_STUCK: traits('board', 12, 502, true),
  DAP_STUCK: traits('board', 12, 502, true),
  CHIP_ID_UNEXPECTED: traits('board', 12, 502),
  CHIP_WRONG: traits('board', 12, 502),
  CHIP_UID_MISMATCH: traits('board', 12, 502),
  FLASH_WORN: traits('board', 12, 502),
  FLASH_PROTECTED: traits('board', 12, 502),
  FLASH_VERIFY_MISMATCH: traits('board', 12, 502, true),
  FLASH_TIMEOUT: traits('board', 12, 504, true),
  IMAGE_MISPLACED: traits('candidate', 4, 422),
  OPENOCD_CONFIG_INVALID: traits('host', 6, 500),
  OPENOCD_FAILED: traits('host', 6, 502),

  CI_REGRESSION: traits('candidate', 16, 409),
  CI_BROKEN: traits('candidate', 17, 422),
  CI_BASELINE_LACKS: traits('candidate', 2, 409),

  MODEL_TOO_FEW_ROWS: traits('candidate', 2, 409),
  MODEL_ROWS_MIXED: traits('candidate', 2, 409),
  MODEL_UNKNOWN: traits('candidate', 2, 404),
  MODEL_INVALID: traits('candidate', 2, 422),

  ORACLE_FAILED: traits('host', 6, 502),
  ORACLE_MISSING: traits('host', 6, 503),

  BOARD_UNKNOWN: traits('candidate', 2, 400),
  BOARD_QUARANTINED: traits('board', 12, 503),
  BOARD_SILENT: traits('board', 12, 504, true),
  LEASE_LOST: traits('board', 12, 409, true),
  ATTEMPT_LOST: traits('host', 12, 503, true),
  FILES_NOT_STORED: traits('host', 6, 507, true),
  JOB_CANCELLED: traits('candidate', 13, 409),
  DEADLINE_PASSED: traits('candidate', 13, 409),
  TOKENS_MISSING: traits('host', 6, 500),
  MEDIA_TYPE_UNSUPPORTED: traits('candidate', 2, 415),
  PORT_UNAVAILABLE: traits('host', 6, 500),
  SERVER_UNREACHABLE: traits('host', 14, 502, true),
  UNAUTHORIZED: traits('candidate', 15, 401),
  FORBIDDEN: traits('candidate', 15, 403),
  RATE_LIMITED: traits('candidate', 2, 429, true),
  UPLOAD_TOO_LARGE: traits('candidate', 3, 413),
  NOT_FOUND: traits('candidate', 2, 404),
  CONFLICT: traits('candidate', 2, 409),
  FARM_SUPERSEDED: traits('host', 6, 503),
  FARM_STOPPING: traits('host', 6, 503, true),

  INTERRUPTED: traits('host', 130, 499),
  INTERNAL: traits('farm', 70, 500),
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof errorCodes;
