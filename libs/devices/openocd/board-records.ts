/** What is remembered of boards between flashings. */
export interface BoardRecords {
  /** Build hash of the image that was last verified on the board; undefined where that is not known. */
  heldImage(board: string): string | undefined;
  /** Undefined before flash is touched, the build hash once it is verified. */
  holds(board: string, buildHash: string | undefined): void;
  /** A flash sector was erased: flash bears about 10,000 of them (DS8626, table 42). */
  erased(board: string, sector: number): void;
}

/** For as long as the process lives. */
export function createBoardRecords(): BoardRecords & {
  erasures(board: string): ReadonlyMap<number, number>;
} {
  const held = new Map<string, string>();
  const wear = new Map<string, Map<number, number>>();
  return {
    heldImage: (board) => held.get(board),
    holds(board, buildHash) {
      if (buildHash === undefined) {
        held.delete(board);
      } else {
        held.set(board, buildHash);
      }
    },
    erased(board, sector) {
      const sectors = wear.get(board) ?? new Map<number, number>();
      wear.set(board, sectors.set(sector, (sectors.get(sector) ?? 0) + 1));
    },
    erasures: (board) => wear.get(board) ?? new Map<number, number>(),
  };
}
