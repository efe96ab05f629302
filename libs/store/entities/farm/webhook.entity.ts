import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

/** Somebody to be told of events; `deliveredSeq` is how far they have been. */
@Entity('webhook')
export class WebhookEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 100, name: 'user_name' })
  user!: string;

  @Column({ type: 'varchar', length: 500 })
  url!: string;

  /** Signs the deliveries; has to be known here, unlike a token. */
  @Column({ type: 'varchar', length: 100 })
  secret!: string;

  /** Comma-separated event types; empty for all. */
  @Column({ type: 'varchar', length: 500 })
  types!: string;

  @Column({ ...bigint, name: 'delivered_seq' })
  deliveredSeq!: number;

  @Column({ type: 'integer' })
  failures!: number;
}
