/** What a sentinel measured: cycles on hardware, instructions when emulated. */
export interface SentinelResult {
  readonly attemptId: string;
  readonly boardId: string;
  readonly target: string;
  readonly buildHash: string;
  readonly value: number;
  /** Within the board's band, and clean in every other way. */
  readonly clean: boolean;
  readonly reason: string;
  readonly at: string;
}
