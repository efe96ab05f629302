import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** Searches, and what each of them did. */
export class Campaigns1798500000000 implements MigrationInterface {
  name = 'Campaigns1798500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'campaign',
        columns: [
          { name: 'id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'name', type: 'varchar', length: '100', isUnique: true },
          { name: 'state', type: 'varchar', length: '16' },
          { name: 'message', type: 'text', isNullable: true },
          { name: 'stop_asked', type: 'boolean' },
          { name: 'created_at_ms', type: 'bigint' },
          { name: 'spec', type: 'text' },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'campaign_step',
        columns: [
          { name: 'campaign_id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'sequence', type: 'integer', isPrimary: true },
          { name: 'record', type: 'text' },
        ],
        foreignKeys: [
          {
            name: 'campaign_step_campaign',
            columnNames: ['campaign_id'],
            referencedTableName: 'campaign',
            referencedColumnNames: ['id'],
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('campaign_step');
    await runner.dropTable('campaign');
  }
}
