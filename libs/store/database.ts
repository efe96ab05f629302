import pLimit from 'p-limit';
import type { DataSource, EntityManager } from 'typeorm';

/**
 * Access to a data source. SQLite has one connection, on which a second transaction cannot begin while one is open
 * and a query would see what the open one has not committed: there, one thing is done at a time.
 */
export class Database {
  readonly #source: DataSource;
  readonly #turn: <T>(action: () => Promise<T>) => Promise<T>;

  constructor(source: DataSource) {
    this.#source = source;
    const limit = pLimit(1);
    this.#turn = source.options.type === 'better-sqlite3' ? (action) => limit(action) : (action) => action();
  }

  /** Everything in `action` is committed, or nothing. */
  write<T>(action: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#turn(() => this.#source.transaction(action));
  }

  read<T>(action: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#turn(() => action(this.#source.manager));
  }
}
