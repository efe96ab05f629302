export { type AuditEntry, AuditRepository } from './repositories/audit.repository.ts';
export { CandidateRepository, type StoredCandidate } from './repositories/candidate.repository.ts';
export type { Artifact, MeasurementFilter } from './repositories/measurement.repository.ts';
export { MeasurementRepository } from './repositories/measurement.repository.ts';
export { type ApiToken, type Role, roles, TokenRepository } from './repositories/token.repository.ts';
export { type Webhook, WebhookRepository } from './repositories/webhook.repository.ts';
export { type Store, type StoreOptions, openStore } from './open-store.ts';
