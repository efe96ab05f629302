import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigint } from './bigint.ts';

/** A search; what it was told is kept whole as JSON. */
@Entity('campaign')
export class CampaignEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 100, unique: true })
  name!: string;

  @Column({ type: 'varchar', length: 100, nullable: true })
  owner!: string | null;

  @Column({ type: 'varchar', length: 16 })
  state!: string;

  @Column({ type: 'text', nullable: true })
  message!: string | null;

  @Column({ type: 'varchar', length: 40, nullable: true })
  code!: string | null;

  @Column({ type: 'boolean', name: 'stop_asked' })
  stopAsked!: boolean;

  @Column({ ...bigint, name: 'created_at_ms' })
  createdAtMs!: number;

  @Column({ type: 'text' })
  spec!: string;
}

/** The journal of a search: what it did, one step after the other. */
@Entity('campaign_step')
export class CampaignStepEntity {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'campaign_id' })
  campaignId!: string;

  /** From 0. */
  @PrimaryColumn({ type: 'integer' })
  sequence!: number;

  @Column({ type: 'text' })
  record!: string;
}
