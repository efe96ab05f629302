export type { OfferedOracle } from './campaigns/server-oracles.ts';
export { emulatedTargets } from './lab/lab-board.ts';
export { createPinoLogger } from './pino-logger.ts';
export { simulatedBoards } from './runner/simulated-boards.ts';
export { serve, type ServeOptions } from './serve.ts';
export { startServer, type RunningServer, type ServerOptions } from './start-server.ts';
