import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

import type { Farm, FarmEvent } from '#farm';

import type { Campaigns } from './campaigns/campaigns.ts';

/** What Prometheus reads. Labels have few values: never a job's or a candidate's name. */
export function createMetrics(farm: Farm, campaigns: Pick<Campaigns, 'running'>): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(jobsGauge(farm));
  registry.registerMetric(boardsGauge(farm));
  registry.registerMetric(campaignsGauge(campaigns));
  const ended = new Counter({
    name: 'tinyfarm_jobs_ended_total',
    help: 'Jobs that ended, by how',
    labelNames: ['state', 'answered_from'],
    registers,
  });
  const attempts = new Counter({
    name: 'tinyfarm_attempts_ended_total',
    help: 'Attempts that ended, by board, by how, and by who is to blame',
    labelNames: ['board', 'state', 'blame'],
    registers,
  });
  farm.onEvent((event) => count(event, ended, attempts));
  return registry;
}

function count(
  { type, data, boardId }: FarmEvent,
  ended: Counter<'state' | 'answered_from'>,
  attempts: Counter<'board' | 'state' | 'blame'>,
): void {
  const state = textOf(data['state']);
  if (type === 'job.ended') ended.inc({ state, answered_from: textOf(data['answeredFrom']) });
  if (type !== 'attempt.ended') return;
  const why = data['failure'] as { blame: string } | null;
  attempts.inc({ board: boardId ?? '', state, blame: why?.blame ?? 'none' });
}

function campaignsGauge(campaigns: Pick<Campaigns, 'running'>): Gauge {
  return new Gauge({
    name: 'tinyfarm_campaigns_running',
    help: 'Searches that run on the server',
    registers: [],
    collect() {
      this.set(campaigns.running);
    },
  });
}

function jobsGauge(farm: Farm): Gauge {
  return new Gauge({
    name: 'tinyfarm_jobs',
    help: 'Jobs that have not ended, by stage',
    labelNames: ['stage'],
    registers: [],
    collect() {
      for (const [stage, jobs] of Object.entries(farm.counts())) this.set({ stage }, jobs as number);
    },
  });
}

function boardsGauge(farm: Farm): Gauge {
  return new Gauge({
    name: 'tinyfarm_boards',
    help: 'Boards, by health and state',
    labelNames: ['target', 'health', 'state'],
    registers: [],
    collect() {
      this.reset();
      for (const { gone, target, health, state } of farm.boards()) {
        if (!gone) this.inc({ target, health, state });
      }
    },
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'none';
}
