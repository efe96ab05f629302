import { existsSync } from 'node:fs';

import { pino } from 'pino';

import type { Logger } from '#core';
import { openStore, type Store } from '#store';
import type { BoardEntry } from '#targets';

import type { Config } from '../config.ts';
import { readBoards } from '../wiring/boards.ts';
import { createProjectToolchain } from '../wiring/create-project-toolchain.ts';
import type { OfferedOracle } from './campaigns/server-oracles.ts';
import { createBoardHands } from './lab/reserved-boards.ts';
import { emulatedBoards, listedBoards, type LabBoard } from './lab/lab-board.ts';
import { createLabCompiler } from './lab/lab-compiler.ts';
import { createLabRunner } from './lab/lab-runner.ts';
import { loadSentinel } from './lab/sentinel.ts';
import { joinShelves, type Shelf } from './lab/shelf.ts';
import { createPinoLogger } from './pino-logger.ts';
import { simulatedBoards } from './runner/simulated-boards.ts';
import { FirmwareFolder } from './uploads/firmware-folder.ts';
import { startServer, type RunningServer } from './start-server.ts';

export interface ServeOptions {
  readonly config: Config;
  readonly host: string;
  readonly port: number;
  /** Path of a board list; the home's, if there is one, where absent. */
  readonly boards: string | undefined;
  /** QEMU machines by target. */
  readonly emulated: ReadonlyMap<string, number>;
  /** Boards that measure nothing, and how long each of their attempts takes. */
  readonly simulated: number;
  readonly simulatedMs: number;
  /** That campaigns may name, by what they are called. */
  readonly offeredOracles: ReadonlyMap<string, OfferedOracle>;
  readonly onFatal: (error: unknown) => void;
}

const compileWidth = 2;

/** The server with the boards of this host. Errors: those of the board list, of the store and of `startServer`. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { config, host, port, offeredOracles, onFatal } = options;
  const logger = createPinoLogger(pino({ level: config.logLevel }));
  const entries = await listOf(options);
  const store = await openStore(config);
  const listed = listedBoards(entries, config);
  const boards = [...listed.boards, ...emulatedBoards(options.emulated)];
  const firmware = new FirmwareFolder(config.cacheFolder, store);
  const lab = await labShelf(boards, firmware, { config, store, logger });
  try {
    const server = await startServer({
      host,
      port,
      store,
      logger,
      ...joinShelves([lab, simulatedBoards(options.simulated, options.simulatedMs)]),
      hands: { boards: createBoardHands(boards, logger), firmware },
      farmSettings: { compileWidth },
      offeredOracles,
      onFatal,
    });
    const leaveQuarantines = listed.quarantines.follow(server.farm, logger);
    const close = async (): Promise<void> => {
      // Before the store is closed: what it hears of goes there.
      await leaveQuarantines();
      await server.close();
      await lab.close();
    };
    return { ...server, close };
  } catch (error) {
    await lab.close();
    await store.close();
    throw error;
  }
}

/** A list that was named must be there; the one in the home need not. */
async function listOf({ boards, config }: ServeOptions): Promise<BoardEntry[]> {
  if (boards === undefined && !existsSync(config.boardsPath)) return [];
  return readBoards(boards ?? config.boardsPath);
}

async function labShelf(
  boards: readonly LabBoard[],
  firmware: FirmwareFolder,
  { config, store, logger }: { config: Config; store: Store; logger: Logger },
): Promise<Shelf & { close(): Promise<void> }> {
  const sentinel = await loadSentinel(store);
  const toolchain = createProjectToolchain(config);
  const compiler = createLabCompiler({ store, toolchain, firmware, config, threads: compileWidth });
  return {
    boards: boards.map(({ facts }) => facts),
    runner: createLabRunner(boards, logger),
    compiler,
    sentinelOf: () => sentinel,
    close: () => compiler.close(),
  };
}
