import type { Server } from 'node:http';

/**
 * Ends after `graceMs` the connections of a server that closes, which has closed those without a request itself: it
 * would wait until its clients no longer keep the others open. Returns what ends the wait.
 */
export function closeConnections(server: Server, graceMs: number): () => void {
  const all = setTimeout(() => server.closeAllConnections(), graceMs);
  return () => clearTimeout(all);
}
