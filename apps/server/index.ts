export { createPinoLogger } from './pino-logger.ts';
export { simulatedBoards } from './runner/simulated-boards.ts';
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts';
