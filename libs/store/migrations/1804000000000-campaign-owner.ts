import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

/** Whose a campaign on a server is (those of the command line have nobody), and the code of what ended it. */
export class CampaignOwner1804000000000 implements MigrationInterface {
  name = 'CampaignOwner1804000000000';

  async up(runner: QueryRunner): Promise<void> {
    const text = { type: 'varchar', isNullable: true };
    await runner.addColumn('campaign', new TableColumn({ ...text, name: 'owner', length: '100' }));
    await runner.addColumn('campaign', new TableColumn({ ...text, name: 'code', length: '40' }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('campaign', 'code');
    await runner.dropColumn('campaign', 'owner');
  }
}
