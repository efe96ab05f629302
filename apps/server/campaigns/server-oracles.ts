import { FarmError, isFarmError } from '#core';
import { macsOracle, tableOracle, type AccuracyOracle, type CampaignSpec, type OracleKind } from '#search';
import type { Store } from '#store';

import { createOracle } from '../../wiring/search-oracle.ts';
import { readUploaded } from '../lab/compile-work.ts';

/** An oracle that whoever runs the server offers: what a user cannot be let to name, such as a program. */
export interface OfferedOracle {
  /** As `createOracle` takes it. */
  readonly spec: string;
  readonly kind: OracleKind;
}

type OracleWish = CampaignSpec['oracle'];

/** Oracles of campaigns on a server: `macs`, `table:HASH` of an upload, and `server:NAME`, which the server offers. */
export class ServerOracles {
  readonly #store: Store;
  readonly #offered: ReadonlyMap<string, OfferedOracle>;

  constructor(store: Store, offered: ReadonlyMap<string, OfferedOracle>) {
    this.#store = store;
    this.#offered = offered;
  }

  /** What a campaign is told that wishes for one. Errors: USAGE_INVALID, NOT_FOUND, CANDIDATE_INVALID. */
  async resolve(spec: string, isProxy: boolean, timeoutMs: number): Promise<OracleWish> {
    const [, name] = /^server:(.+)$/.exec(spec) ?? [];
    const ownKind = name === undefined ? kindOfBuiltIn(spec) : this.#offer(name, 'USAGE_INVALID').kind;
    const wish = { spec, kind: isProxy ? 'proxy' : ownKind, timeoutMs } as const;
    // A program is not started to see whether it would.
    if (name !== undefined) return wish;
    try {
      await this.open(wish, new AbortController().signal);
    } catch (error) {
      // Here it is the table that is wrong, and not what it is needed for.
      if (!isFarmError(error, 'ORACLE_FAILED')) throw error;
      throw new FarmError('CANDIDATE_INVALID', error.message, { cause: error });
    }
    return wish;
  }

  /** Errors: those of `createOracle`; ORACLE_MISSING where the server no longer offers it. */
  async open({ spec, kind, timeoutMs }: OracleWish, signal: AbortSignal): Promise<AccuracyOracle> {
    const [, scheme, rest = ''] = /^(table|server):(.+)$/.exec(spec) ?? [];
    if (spec === 'macs') return macsOracle;
    if (scheme === 'table' && /^[0-9a-f]{64}$/.test(rest)) return this.#table(rest, kind);
    if (scheme === 'server') {
      const offer = this.#offer(rest, 'ORACLE_MISSING');
      return createOracle({ spec: offer.spec, kind, timeoutMs, signal });
    }
    throw new FarmError(
      'USAGE_INVALID',
      `the oracle is '${spec}', expected macs, table:HASH of an upload, or ${this.#offers()}`,
    );
  }

  async #table(hash: string, kind: OracleKind): Promise<AccuracyOracle> {
    const bytes = await readUploaded(this.#store, hash, 'table');
    const { name } = (await this.#store.candidates.get(hash))!;
    return tableOracle(`table ${name}`, Buffer.from(bytes).toString('utf8'), kind);
  }

  #offer(name: string, code: 'USAGE_INVALID' | 'ORACLE_MISSING'): OfferedOracle {
    const offer = this.#offered.get(name);
    if (offer !== undefined) return offer;
    throw new FarmError(code, `the server has no oracle '${name}', expected ${this.#offers()}`);
  }

  #offers(): string {
    const names = Array.from(this.#offered.keys(), (name) => `server:${name}`);
    return names.length === 0 ? "server:NAME, of which it has none ('serve --oracle')" : names.join(' or ');
  }
}

function kindOfBuiltIn(spec: string): OracleKind {
  return spec === 'macs' ? 'proxy' : 'accuracy';
}
