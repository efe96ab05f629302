import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  type TableColumnOptions,
  TableIndex,
} from 'typeorm';

/** Jobs, boards and what belongs to them; people's tokens, the audit log, uploads and webhooks. */
export class Farm1795000000000 implements MigrationInterface {
  name = 'Farm1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables.toReversed()) await runner.dropTable(table.name);
  }
}

const varchar = (name: string, length: number): TableColumnOptions => ({
  name,
  type: 'varchar',
  length: String(length),
});
const key = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const number = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
const text = (name: string): TableColumnOptions => ({ name, type: 'text' });

function table(
  name: string,
  columns: TableColumnOptions[],
  indices: Record<string, string[]> = {},
  unique: Record<string, string[]> = {},
): Table {
  return new Table({
    name,
    columns,
    indices: [
      ...Object.entries(indices).map(([index, columnNames]) => new TableIndex({ name: index, columnNames })),
      ...Object.entries(unique).map(
        ([index, columnNames]) => new TableIndex({ name: index, columnNames, isUnique: true }),
      ),
    ],
  });
}

const tables = [
  table('farm_owner', [key(varchar('id', 8)), number('epoch')]),
  table(
    'job',
    [
      key(varchar('id', 24)),
      number('seq'),
      varchar('user_name', 100),
      varchar('state', 16),
      varchar('target', 64),
      optional(varchar('board', 100)),
      optional(varchar('batch_id', 24)),
      varchar('candidate_hash', 128),
      varchar('content_key', 64),
      optional(varchar('measurement_id', 36)),
      text('record'),
    ],
    {
      job_by_state: ['state', 'seq'],
      job_by_user: ['user_name', 'seq'],
      job_by_target: ['target', 'seq'],
      job_by_user_state: ['user_name', 'state', 'seq'],
      job_by_target_state: ['target', 'state', 'seq'],
      job_by_batch: ['batch_id', 'seq'],
      job_by_content: ['content_key', 'state'],
    },
    { job_by_seq: ['seq'] },
  ),
  table(
    'attempt',
    [
      key(varchar('id', 24)),
      number('seq'),
      optional(varchar('job_id', 24)),
      varchar('state', 16),
      text('record'),
    ],
    { attempt_by_job: ['job_id'], attempt_by_state: ['state'] },
  ),
  table('board', [key(varchar('id', 100)), text('record')]),
  table('bench', [key(varchar('id', 100)), text('record')]),
  table('lease', [key(varchar('id', 100)), number('token'), text('record')]),
  table('reservation', [key(varchar('id', 24)), number('seq'), varchar('state', 16), text('record')], {
    reservation_by_state: ['state'],
  }),
  table('batch', [key(varchar('id', 24)), number('seq'), varchar('state', 16), text('record')], {
    batch_by_state: ['state'],
  }),
  table(
    'farm_event',
    [key(number('seq')), optional(varchar('job_id', 24)), optional(varchar('board_id', 100)), text('record')],
    { farm_event_by_job: ['job_id', 'seq'], farm_event_by_board: ['board_id', 'seq'] },
  ),
  table(
    'sentinel_result',
    [
      key(varchar('attempt_id', 24)),
      varchar('board_id', 100),
      varchar('target', 64),
      varchar('measured_at', 30),
      text('record'),
    ],
    {
      sentinel_result_by_board: ['board_id', 'measured_at'],
      sentinel_result_by_target: ['target', 'measured_at'],
    },
  ),
  table(
    'api_token',
    [
      key(varchar('id', 36)),
      varchar('hash', 64),
      varchar('user_name', 100),
      varchar('role', 16),
      varchar('created_at', 30),
      optional(varchar('expires_at', 30)),
      optional(varchar('revoked_at', 30)),
    ],
    {},
    { api_token_by_hash: ['hash'] },
  ),
  table(
    'audit_entry',
    [
      key(varchar('id', 36)),
      varchar('happened_at', 30),
      varchar('actor', 100),
      varchar('action', 60),
      varchar('subject', 200),
      text('details'),
    ],
    { audit_entry_by_time: ['happened_at'] },
  ),
  table('candidate', [
    key(varchar('hash', 128)),
    varchar('name', 200),
    varchar('kind', 24),
    varchar('integrity', 120),
    integer('size_bytes'),
    varchar('user_name', 100),
    varchar('created_at', 30),
  ]),
  table('webhook', [
    key(varchar('id', 36)),
    varchar('user_name', 100),
    varchar('url', 500),
    varchar('secret', 100),
    varchar('types', 500),
    number('delivered_seq'),
    integer('failures'),
  ]),
];
