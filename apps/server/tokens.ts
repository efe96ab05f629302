import type { LogFields, Logger } from '#core';
import type { Farm } from '#farm';
import type { LatencyModels } from '#latency';
import type { Store } from '#store';

/** What the controllers are given. Injected by these names: types leave no trace at run time. */
export const FARM = 'farm';
export const STORE = 'store';
export const LOGGER = 'logger';
export const ACCESS = 'access';
export const METRICS = 'metrics';
export const HANDS = 'hands';
export const MODELS = 'models';
export const CAMPAIGNS = 'campaigns';
export const ORACLES = 'oracles';

export interface Access {
  /** Requests without a token are an administrator's; only on loopback, and only as long as there are no tokens. */
  readonly open: boolean;
  readonly loopback: boolean;
  readonly maxUploadBytes: number;
  /** Requests a minute, for each token or address. */
  readonly requestsPerMinute: number;
}

export type { Farm, LatencyModels, LogFields, Logger, Store };
