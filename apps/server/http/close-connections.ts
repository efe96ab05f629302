import type { Server } from 'node:http';

const lookEveryMs = 50;

/**
 * Ends a server's connections while it closes: each as soon as it has no request, and after `graceMs` those that still
 * have one. By itself a server waits until its clients no longer keep theirs open. Returns what ends the watch.
 */
export function closeConnections(server: Server, graceMs: number): () => void {
  const idle = setInterval(() => server.closeIdleConnections(), lookEveryMs);
  const all = setTimeout(() => server.closeAllConnections(), graceMs);
  return () => {
    clearInterval(idle);
    clearTimeout(all);
  };
}
