import { FarmError } from '#core';
import type { Measurement } from '#measurement';
import type { MeasurementFilter } from '#store';

import type { FarmClient } from './client/index.ts';

/** Measurements of this host, or of a server. */
export interface Records {
  find(filter: MeasurementFilter): Promise<Measurement[]>;
}

/** The stored measurement whose id begins so. Error USAGE_INVALID for none, or for several. */
export async function findMeasurement(records: Records, id: string): Promise<Measurement> {
  const found = await records.find({ limit: 10_000 });
  const [measurement, other] = found.filter((candidate) => candidate.id.startsWith(id));
  if (measurement === undefined || other !== undefined) {
    const what = measurement === undefined ? 'no measurement has' : 'several measurements have';
    throw new FarmError('USAGE_INVALID', `${what} an id that begins with '${id}'`);
  }
  return measurement;
}

export function recordsOfServer(client: FarmClient): Records {
  return {
    find: async ({ candidate: name, after, ...filter }) =>
      (await client.get<{ items: Measurement[] }>('results', { name, cursor: after?.id, ...filter })).items,
  };
}
