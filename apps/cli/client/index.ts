export type { ServerEvent } from './event-stream.ts';
export { FarmClient } from './farm-client.ts';
export { assertSucceeded, followJob, type JobDetail } from './follow-job.ts';
export {
  clientFor,
  optionalClient,
  withOptionalServer,
  withServer,
  type ServerOption,
} from './server-option.ts';
export { readUpload, upload, uploadKinds, type UploadKind } from './upload.ts';
