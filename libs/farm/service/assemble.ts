import type { FarmEvent } from '../model/event.ts';
import type { FarmSnapshot } from '../ports/farm-repository.ts';
import { Alarm } from './alarm.ts';
import { AttemptDriver } from './attempt-driver.ts';
import { Batches } from './batches.ts';
import { BenchKeeper } from './bench-keeper.ts';
import { BoardKeeper } from './board-keeper.ts';
import { CompileStage } from './compile-stage.ts';
import { ConsoleBook } from './console-book.ts';
import { Dispatcher } from './dispatcher.ts';
import { FarmState } from './farm-state.ts';
import { JobLedger } from './job-ledger.ts';
import { Journal } from './journal.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Settlement } from './settlement.ts';
import { defaultFarmSettings, type FarmOptions } from './options.ts';
import { recover } from './recover.ts';
import { ReservationDesk } from './reservation-desk.ts';

export interface FarmParts {
  readonly state: FarmState;
  readonly alarm: Alarm;
  readonly dispatcher: Dispatcher;
  readonly driver: AttemptDriver;
  readonly ledger: JobLedger;
  readonly boards: BoardKeeper;
  readonly benches: BenchKeeper;
  readonly reservations: ReservationDesk;
  readonly batches: Batches;
  readonly consoles: ConsoleBook;
}

/** Makes the parts of a farm, ties them together, and brings them to where an earlier farm left off. */
export function assembleFarm(
  options: FarmOptions,
  snapshot: FarmSnapshot,
  onCommitted: (events: readonly FarmEvent[]) => void,
): FarmParts {
  const { clock, logger, repository, onFatal } = options;
  const settings = { ...defaultFarmSettings, ...options.settings };
  const consoles = new ConsoleBook();
  const journal = new Journal({ repository, clock, logger, onCommitted, onFatal });
  const state = new FarmState(clock, journal, snapshot);
  const alarm = new Alarm(clock, onFatal);
  const dispatcher = new Dispatcher(settings, clock, options.sentinelOf);
  const leases = new LeaseKeeper(state, alarm, clock);
  const boards = new BoardKeeper(state, alarm, settings, options, dispatcher.wake);
  const benches = new BenchKeeper(state, alarm, clock, settings, dispatcher.wake);
  const reservations = new ReservationDesk(state, leases, boards, alarm, clock, dispatcher.wake);
  const batches = new Batches(state, clock, alarm, (id, to, why) => ledger.withdraw(id, to, why));
  const ledger = new JobLedger(state, repository, clock, alarm, dispatcher, batches);
  const settlement = new Settlement({
    state,
    repository,
    leases,
    boards,
    benches,
    ledger,
    consoles,
    logger,
  });
  const driver = new AttemptDriver({
    state,
    leases,
    alarm,
    clock,
    logger,
    settings,
    consoles,
    runner: options.runner,
    settle: async (attempt, ending) => {
      await settlement.settle(attempt, ending);
      dispatcher.attemptEnded(attempt);
    },
  });
  const compile = new CompileStage(options.compiler, settings.compileWidth, logger);
  dispatcher.connect({ state, compile, driver, boards, ledger, reservations });
  recover(snapshot, { state, ledger, batches, reservations, maxLost: settings.maxLost });
  return { state, alarm, dispatcher, driver, ledger, boards, benches, reservations, batches, consoles };
}
