import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

/** Things with a number and a state: searched by state, listed by number. */
abstract class NumberedRecord {
  @PrimaryColumn({ type: 'varchar', length: 24 })
  id!: string;

  @Column({ ...bigint })
  seq!: number;

  @Column({ type: 'varchar', length: 16 })
  state!: string;

  @Column({ type: 'text' })
  record!: string;
}

@Entity('reservation')
@Index('reservation_by_state', ['state'])
export class ReservationEntity extends NumberedRecord {}

@Entity('batch')
@Index('batch_by_state', ['state'])
export class BatchEntity extends NumberedRecord {}
