export type { Artifact, MeasurementFilter } from './repositories/measurement.repository.ts';
export { MeasurementRepository } from './repositories/measurement.repository.ts';
export { type Store, type StoreOptions, openStore } from './open-store.ts';
