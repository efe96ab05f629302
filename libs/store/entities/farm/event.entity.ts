import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

/** What happened, in order; `seq` is the id that an event stream goes on from. */
@Entity('farm_event')
@Index('farm_event_by_job', ['jobId', 'seq'])
@Index('farm_event_by_board', ['boardId', 'seq'])
export class EventEntity {
  @PrimaryColumn({ ...bigint })
  seq!: number;

  @Column({ type: 'varchar', length: 24, name: 'job_id', nullable: true })
  jobId!: string | null;

  @Column({ type: 'varchar', length: 100, name: 'board_id', nullable: true })
  boardId!: string | null;

  @Column({ type: 'text' })
  record!: string;
}
