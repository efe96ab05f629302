import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';

/** Measurements and their files. Written with the schema builder, so that one migration serves SQLite and PostgreSQL. */
export class Measurements1790000000000 implements MigrationInterface {
  name = 'Measurements1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'measurement',
        columns: [
          { name: 'id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'candidate', type: 'varchar', length: '200' },
          { name: 'candidate_hash', type: 'varchar', length: '64' },
          { name: 'target', type: 'varchar', length: '64' },
          { name: 'measured_on', type: 'varchar', length: '16' },
          { name: 'board', type: 'varchar', length: '100', isNullable: true },
          { name: 'fidelity', type: 'varchar', length: '16' },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'reason', type: 'text', isNullable: true },
          { name: 'build_hash', type: 'varchar', length: '64' },
          { name: 'created_at', type: 'varchar', length: '30' },
          { name: 'record', type: 'text' },
        ],
        indices: [
          new TableIndex({ name: 'measurement_by_candidate', columnNames: ['candidate_hash', 'target'] }),
          new TableIndex({ name: 'measurement_by_target', columnNames: ['target', 'created_at'] }),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'artifact',
        columns: [
          { name: 'measurement_id', type: 'varchar', length: '36', isPrimary: true },
          { name: 'name', type: 'varchar', length: '200', isPrimary: true },
          { name: 'integrity', type: 'varchar', length: '120' },
          { name: 'size_bytes', type: 'integer' },
        ],
        foreignKeys: [
          {
            name: 'artifact_of_measurement',
            columnNames: ['measurement_id'],
            referencedTableName: 'measurement',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('artifact');
    await runner.dropTable('measurement');
  }
}
