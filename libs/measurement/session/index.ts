export type { Hello } from './hello.ts';
export { Session, type SessionOptions } from './session.ts';
export { isNoRoom } from './session-errors.ts';
