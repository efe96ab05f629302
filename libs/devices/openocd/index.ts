export * from './board-rungs.ts';
export * from './board-records.ts';
export { classify, type OpenocdCause, type OpenocdEnd } from './classify.ts';
export * from './create-board-device.ts';
export * from './flash-board.ts';
export * from './run-openocd.ts';
