import type { EntityManager } from 'typeorm';

import { FarmError, isFarmError, messageOf } from '#core';
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

  create({ id, name, spec, createdAtMs }: Parameters<CampaignRepository['create']>[0]): Promise<Campaign> {
    const row = {
      id,
      name,
      state: 'running',
      message: null,
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

  async steps(id: string): Promise<readonly LoopStep[]> {
    const rows = await this.#read((manager) =>
      manager.find(CampaignStepEntity, { where: { campaignId: id }, order: { sequence: 'ASC' } }),
    );
    return rows.map(({ record }) => JSON.parse(record) as LoopStep);
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

function campaignOf({ id, name, spec, state, message, stopAsked, createdAtMs }: CampaignEntity): Campaign {
  return {
    id,
    name,
    spec: JSON.parse(spec) as CampaignSpec,
    state: state as CampaignState,
    ...(message === null ? {} : { message }),
    stopAsked,
    createdAtMs,
  };
}
