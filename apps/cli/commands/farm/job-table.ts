import type { Job } from '#farm';

export const jobHeadings = [
  'job',
  'candidate',
  'target',
  'board',
  'user',
  'priority>',
  'state',
  'since (UTC)',
  'result',
];

/** A job as a row under `jobHeadings`. */
export function jobRow(job: Job): string[] {
  const { id, candidate, selector, user, priority, state, failure, measurementId } = job;
  const since = job.endedAt ?? job.startedAt ?? job.createdAt;
  return [
    id,
    candidate.name,
    selector.target,
    selector.board ?? '-',
    user,
    String(priority),
    state,
    since.replace('T', ' ').slice(0, 19),
    measurementId?.slice(0, 8) ?? failure?.code ?? '-',
  ];
}
