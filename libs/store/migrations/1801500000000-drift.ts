import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';

/** Flags of measurements that no latency model expected. */
export class Drift1801500000000 implements MigrationInterface {
  name = 'Drift1801500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'latency_drift',
        columns: [
          { name: 'measurement_id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'target', type: 'varchar', length: '64' },
          { name: 'fidelity', type: 'varchar', length: '16' },
          { name: 'raised_at_ms', type: 'bigint' },
          { name: 'record', type: 'text' },
        ],
        indices: [
          new TableIndex({ name: 'latency_drift_by_time', columnNames: ['raised_at_ms', 'measurement_id'] }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('latency_drift');
  }
}
