import type { ErrorCode } from '#core';
import type { Measurement } from '#measurement';
import type {
  AccuracyOracle,
  CampaignSpec,
  FailedOutcome,
  LoopStep,
  OracleQuestion,
  Proposal,
  StopReason,
} from '#search';

/** What the thread of a campaign is given. */
export interface CampaignWork {
  readonly spec: CampaignSpec;
  /** What the campaign did before. */
  readonly steps: readonly LoopStep[];
  readonly oracle: Pick<AccuracyOracle, 'name' | 'kind'>;
  /** Of its searches on the model. */
  readonly threads: number;
}

/** What became of a proposal: its measurement, or why it cannot have any. */
export type Measured = { readonly status: 'measured'; readonly measurement: Measurement } | FailedOutcome;

/** What the thread of a campaign asks the server for. A call that fails ends the campaign, and is not answered. */
export interface CampaignCalls {
  readonly measure: (proposal: Proposal) => Promise<Measured>;
  readonly ask: (questions: readonly OracleQuestion[]) => Promise<number[]>;
  /** Keeps a step for good. */
  readonly record: (sequence: number, step: LoopStep) => Promise<void>;
  readonly isStopAsked: () => Promise<boolean>;
  readonly stage: (text: string) => void;
  readonly detail: (text: string) => void;
}

/** How a campaign's thread ended. An error that crosses threads would lose its code. */
export type ThreadEnd =
  { readonly reason: StopReason } | { readonly code: ErrorCode; readonly message: string };
