import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const key = [
  { name: 'target', type: 'varchar', length: '64', isPrimary: true },
  { name: 'fidelity', type: 'varchar', length: '16', isPrimary: true },
];

/** Versions of latency models, and which of them are active. */
export class Models1797000000000 implements MigrationInterface {
  name = 'Models1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'latency_model',
        columns: [
          ...key,
          { name: 'version', type: 'integer', isPrimary: true },
          { name: 'record', type: 'text' },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'active_latency_model',
        columns: [...key, { name: 'version', type: 'integer' }],
        foreignKeys: [
          {
            name: 'active_latency_model_version',
            columnNames: ['target', 'fidelity', 'version'],
            referencedTableName: 'latency_model',
            referencedColumnNames: ['target', 'fidelity', 'version'],
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('active_latency_model');
    await runner.dropTable('latency_model');
  }
}
