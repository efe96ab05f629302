import type { ErrorCode } from '#core';
import type { ModelDocument, ModelKey } from '#latency';
import type { OracleKind } from '../oracle/index.ts';
import type { SearchSpace } from '../space/index.ts';
import type { EvolutionSettings } from '../evolve/index.ts';
import type { LoopOptions, LoopStep } from '../loop/index.ts';

/** All that a campaign is told at its beginning; it never changes. */
export interface CampaignSpec extends LoopOptions {
  readonly target: string;
  /** Of all its measurements: a fit does not mix the two. */
  readonly fidelity: ModelKey['fidelity'];
  /** That boards must carry; empty on the command line. */
  readonly tags: readonly string[];
  readonly space: SearchSpace;
  /** What makes the oracle again, as it was given by the user. */
  readonly oracle: { readonly spec: string; readonly kind: OracleKind; readonly timeoutMs: number };
  /** Of each round's search on the model. */
  readonly evolution: EvolutionSettings;
  /** The latency model to begin with; absent: nominal costs. */
  readonly startModel?: { readonly model: ModelDocument; readonly source: string };
  /** The command that begins the same campaign again. */
  readonly command: string;
  /** Versions of tinyfarm and of what else decides the result. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * `running`: a process is at it, or was killed at it. `stopped`: interrupted, or asked to stop. `failed`: ended by an error.
 * All three can be resumed, an `ended` one cannot.
 */
export type CampaignState = 'running' | 'stopped' | 'failed' | 'ended';

/** A search that survives its process. */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly spec: CampaignSpec;
  /** Whose it is on a server, which goes on with it by itself after it was killed; null: of the command line. */
  readonly user: string | null;
  readonly state: CampaignState;
  /** Of a failed sitting: why, and the code of that error. */
  readonly message?: string;
  readonly code?: ErrorCode;
  /** Somebody wants it to end after the round that is under way. */
  readonly stopAsked: boolean;
  readonly createdAtMs: number;
}

/** What of a campaign changes; null is none. */
export interface CampaignChange {
  readonly state?: CampaignState;
  readonly message?: string | null;
  readonly code?: ErrorCode | null;
  readonly stopAsked?: boolean;
}

/** Where campaigns are kept; all methods reject with STORE_FAILED. */
export interface CampaignRepository {
  /** Error CONFLICT where the name is taken. */
  create(campaign: Pick<Campaign, 'id' | 'name' | 'spec' | 'user' | 'createdAtMs'>): Promise<Campaign>;
  /** By its name or its id. Error NOT_FOUND. */
  find(nameOrId: string): Promise<Campaign>;
  /** Newest first. */
  list(): Promise<readonly Campaign[]>;
  /** Error CONFLICT where another process has written step `sequence`: two are at the same campaign. */
  append(id: string, sequence: number, step: LoopStep): Promise<void>;
  /** In their order, from step `from` on (0 unless given), at most `limit` of them. */
  steps(id: string, page?: { readonly from?: number; readonly limit?: number }): Promise<readonly LoopStep[]>;
  /** How many there are. */
  stepCount(id: string): Promise<number>;
  update(id: string, change: CampaignChange): Promise<void>;
  /** With its steps. */
  remove(id: string): Promise<void>;
}
