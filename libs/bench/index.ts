export * from './bench.ts';
export * from './faults.ts';
export type { SimulatedBoard, SimulatedBoardConfig } from './board.ts';
