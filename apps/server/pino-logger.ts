import type { Logger as Pino } from 'pino';

import type { LogFields, Logger } from '#core';

export function createPinoLogger(pino: Pino): Logger {
  return {
    debug: (message, fields) => pino.debug(shown(fields), message),
    info: (message, fields) => pino.info(shown(fields), message),
    warn: (message, fields) => pino.warn(shown(fields), message),
    error: (message, fields) => pino.error(shown(fields), message),
    child: (fields) => createPinoLogger(pino.child(fields)),
  };
}

/** pino writes an error's stack and cause under the name `err` alone. */
function shown(fields: LogFields = {}): LogFields {
  const { error, ...rest } = fields;
  return error === undefined ? rest : { ...rest, err: error };
}
