/** One way to run some ops that follow one another. */
export interface BlockChoice {
  /** Of the output, in one call of each kernel of a fused block; 0: op by op on whole images. */
  readonly rowsPerCall: number;
  readonly peakBytes: number;
  readonly instructions: number;
}
