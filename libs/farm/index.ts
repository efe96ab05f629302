export * from './model/attempt.ts';
export * from './model/batch.ts';
export * from './model/board.ts';
export * from './model/event.ts';
export * from './model/failure.ts';
export * from './model/job.ts';
export * from './model/lease.ts';
export * from './model/recovery.ts';
export * from './model/sentinel.ts';
export * from './ports/board-runner.ts';
export * from './ports/compiler.ts';
export * from './ports/farm-repository.ts';
export type { Obstacle } from './decide/obstacle.ts';
export { targetSpreads, type BoardDrift, type TargetSpread } from './decide/sentinel-band.ts';
export { contentKey } from './decide/content-key.ts';
export type { BoardAnswer, Explanation } from './service/explain.ts';
export { Farm } from './service/farm.ts';
export {
  defaultFarmSettings,
  type FarmOptions,
  type FarmSettings,
  type SentinelWorkload,
} from './service/options.ts';
export type { ReservationRequest } from './service/reservation-desk.ts';
export { defaultMeasureSettings } from './service/resolve-request.ts';
export * from './service/views.ts';
export * from './testing/index.ts';
