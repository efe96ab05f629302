import { FarmError } from '#core';
import type { Campaign, LoopStep } from '#search';
import type { Store } from '#store';

import { campaignNamePattern } from '../../../wiring/campaign-wish.ts';
import type { FarmClient } from '../../client/index.ts';

/** A campaign as a server lists it. */
export interface CampaignSummary extends Pick<Campaign, 'id' | 'name' | 'user' | 'state' | 'stopAsked'> {
  readonly message: string | null;
  readonly code: Campaign['code'] | null;
  readonly target: string;
  readonly createdAt: string;
}

/** Where campaigns are read from: the home's database, or a server. Error NOT_FOUND. */
export interface CampaignSource {
  list(): Promise<readonly Pick<CampaignSummary, 'id' | 'name' | 'state' | 'target' | 'createdAt'>[]>;
  find(nameOrId: string): Promise<Campaign>;
  steps(id: string): Promise<readonly LoopStep[]>;
  /** What it is doing; undefined where that is not known. */
  stage(id: string): Promise<string | undefined>;
}

export function storedCampaigns({ campaigns }: Store): CampaignSource {
  return {
    list: async () =>
      (await campaigns.list()).map(({ id, name, state, spec, createdAtMs }) => ({
        id,
        name,
        state,
        target: spec.target,
        createdAt: new Date(createdAtMs).toISOString(),
      })),
    find: (nameOrId) => campaigns.find(nameOrId),
    steps: (id) => campaigns.steps(id),
    stage: () => Promise.resolve(undefined),
  };
}

/** What becomes the name of a file here is checked first. Error PROTOCOL_ERROR, beside those of the client. */
export function serverCampaigns(client: Pick<FarmClient, 'get'>): CampaignSource {
  return {
    list: async () => (await client.get<{ items: CampaignSummary[] }>('campaigns')).items,
    find: async (nameOrId) => {
      const path = campaignPath(nameOrId);
      const { campaign, spec } = await client.get<{ campaign: CampaignSummary; spec: Campaign['spec'] }>(
        path,
      );
      return campaignOf(campaign, spec);
    },
    steps: async (id) => {
      const steps: LoopStep[] = [];
      for (let from: number | null = 0; from !== null;) {
        const page: StepPage = await client.get(`${campaignPath(id)}/steps`, { from, limit: 500 });
        for (const step of page.items) steps.push(withFileNames(step));
        from = page.next;
      }
      return steps;
    },
    stage: async (id) => {
      const { stage, detail } = await client.get<{ stage: string | null; detail: string | null }>(
        campaignPath(id),
      );
      return stage === null ? undefined : `${stage}${detail === null ? '' : `, ${detail}`}`;
    },
  };
}

/** For `/api/v1/`. */
export function campaignPath(nameOrId: string): string {
  return `campaigns/${encodeURIComponent(nameOrId)}`;
}

/** Throws what a campaign that failed ended with. */
export function assertNotFailed({ name, state, message, code }: Campaign): void {
  if (state !== 'failed') return;
  throw new FarmError(code ?? 'INTERNAL', `campaign ${name} failed: ${message ?? 'no reason given'}`);
}

function withFileNames(step: LoopStep): LoopStep {
  if (step.kind === 'proposed') for (const { genotype } of step.proposals) assertFileName(genotype.name);
  return step;
}

function assertFileName(name: string): void {
  if (campaignNamePattern.test(name)) return;
  throw new FarmError(
    'PROTOCOL_ERROR',
    `the server sent the name '${name}', expected letters, digits, '.', '_' and '-': files here would have it`,
  );
}

interface StepPage {
  readonly items: readonly LoopStep[];
  readonly next: number | null;
}

function campaignOf(summary: CampaignSummary, spec: Campaign['spec']): Campaign {
  const { id, name, user, state, stopAsked, message, code, createdAt } = summary;
  assertFileName(name);
  return {
    id,
    name,
    spec,
    user,
    state,
    stopAsked,
    ...(message === null ? {} : { message }),
    ...(code === null || code === undefined ? {} : { code }),
    createdAtMs: Date.parse(createdAt),
  };
}
