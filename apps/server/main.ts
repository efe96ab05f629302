import { randomUUID } from 'node:crypto';

import { pino } from 'pino';

import { messageOf, type Logger } from '#core';
import { openStore } from '#store';

import { readConfig } from '../config.ts';
import { readServerConfig } from './config.ts';
import { createPinoLogger } from './pino-logger.ts';
import { simulatedBoards } from './runner/simulated-boards.ts';
import { startServer } from './start-server.ts';

/** The server by itself, with simulated boards: `tinyfarm serve` runs it with the boards of a bench. */
async function main(): Promise<void> {
  const config = readConfig();
  const serverConfig = readServerConfig();
  const level = config.logLevel === 'silent' ? 'silent' : config.logLevel;
  const logger: Logger = createPinoLogger(pino({ level, base: { instance: randomUUID().slice(0, 8) } }));
  const { databaseUrl, host, port } = serverConfig;
  const { databasePath, filesFolder } = config;
  const store = await openStore({ databasePath, databaseUrl, filesFolder });
  const end = (code: number): void => {
    void server
      .close()
      .catch((error: unknown) => logger.error('the stop failed', { error }))
      .finally(() => process.exit(code));
  };
  const server = await startServer({
    host,
    port,
    store,
    logger,
    ...simulatedBoards(serverConfig.simulatedBoards, serverConfig.simulatedMs),
    onFatal: (error) => {
      logger.error('the store is lost', { error });
      process.exit(6);
    },
  });
  process.once('SIGTERM', () => end(0));
  process.once('SIGINT', () => end(130));
  process.stdout.write(`listening on ${server.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`tinyfarm: ${messageOf(error)}\n`);
  process.exitCode = 6;
});
