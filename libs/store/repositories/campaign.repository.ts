import { MoreThanOrEqual, type EntityManager } from 'typeorm';

import { FarmError, isFarmError, messageOf, type ErrorCode } from '#core';
import type {
  Campaign,
  CampaignChange,
  CampaignRepository,
  CampaignSpec,
  CampaignState,
  LoopStep,
} from '#search';

import type { Database } from '../database.ts';
import { CampaignEntity, CampaignStepEntity } from '../entities/campaign.entity.ts';

/** Campaigns in the database. */
export class DatabaseCampaignRepository implements CampaignRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create({
    id,
    name,
    spec,
    user,
    createdAtMs,
  }: Parameters<CampaignRepository['create']>[0]): Promise<Campaign> {
    const row = {
      id,
      name,
      owner: user,
      state: 'running',
      message: null,
      code: null,
      stopAsked: false,
      createdAtMs,
      spec: JSON.stringify(spec),
    };
    return this.#write(`campaign ${name} could not be stored`, async (manager) => {
      if (await manager.existsBy(CampaignEntity, { name })) {
        throw new FarmError('CONFLICT', `there is a campaign ${name} already`);
      }
      await manager.insert(CampaignEntity, row);
      return campaignOf(row);
    });
  }

  async find(nameOrId: string): Promise<Campaign> {
    const row = await this.#read((manager) =>
      manager.findOneBy(CampaignEntity, [{ name: nameOrId }, { id: nameOrId }]),
    );
    if (row === null) throw new FarmError('NOT_FOUND', `there is no campaign ${nameOrId}`);
    return campaignOf(row);
  }

  async list(): Promise<readonly Campaign[]> {
    const rows = await this.#read((manager) =>
      manager.find(CampaignEntity, { order: { createdAtMs: 'DESC', id: 'ASC' } }),
    );
    return rows.map(campaignOf);
  }

  append(id: string, sequence: number, step: LoopStep): Promise<void> {
    return this.#write(`step ${sequence} of campaign ${id} could not be stored`, async (manager) => {
      if (await manager.existsBy(CampaignStepEntity, { campaignId: id, sequence })) {
        throw new FarmError('CONFLICT', `another process is running campaign ${id}`);
      }
      await manager.insert(CampaignStepEntity, { campaignId: id, sequence, record: JSON.stringify(step) });
    });
  }

  async steps(
    id: string,
    { from = 0, limit }: Parameters<CampaignRepository['steps']>[1] = {},
  ): Promise<readonly LoopStep[]> {
    const rows = await this.#read((manager) =>
      manager.find(CampaignStepEntity, {
        where: { campaignId: id, sequence: MoreThanOrEqual(from) },
        order: { sequence: 'ASC' },
        ...(limit === undefined ? {} : { take: limit }),
      }),
    );
    return rows.map(({ record }) => JSON.parse(record) as LoopStep);
  }

  stepCount(id: string): Promise<number> {
    return this.#read((manager) => manager.countBy(CampaignStepEntity, { campaignId: id }));
  }

  async update(id: string, change: CampaignChange): Promise<void> {
    await this.#write(`campaign ${id} could not be changed`, (manager) =>
      manager.update(CampaignEntity, { id }, change),
    );
  }

  remove(id: string): Promise<void> {
    return this.#write(`campaign ${id} could not be removed`, async (manager) => {
      await manager.delete(CampaignStepEntity, { campaignId: id });
      await manager.delete(CampaignEntity, { id });
    });
  }

  #read<T>(query: (manager: EntityManager) => Promise<T>): Promise<T> {
    return attempt('campaigns could not be read', () => this.#database.read(query));
  }

  #write<T>(what: string, action: (manager: EntityManager) => Promise<T>): Promise<T> {
    return attempt(what, () => this.#database.write(action));
  }
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isFarmError(error)) throw error;
    throw new FarmError('STORE_FAILED', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** What specs of before campaigns ran on servers do not say. */
const onlyEmulated = { fidelity: 'emulated', tags: [] } as const;

function campaignOf(row: CampaignEntity): Campaign {
  const { id, name, owner, spec, state, message, code, stopAsked, createdAtMs } = row;
  return {
    id,
    name,
    spec: { ...onlyEmulated, ...(JSON.parse(spec) as CampaignSpec) },
    user: owner,
    state: state as CampaignState,
    ...(message === null ? {} : { message }),
    ...(code === null ? {} : { code: code as ErrorCode }),
    stopAsked,
    createdAtMs,
  };
}
