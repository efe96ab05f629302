import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

@Entity('attempt')
@Index('attempt_by_job', ['jobId'])
@Index('attempt_by_state', ['state'])
export class AttemptEntity {
  @PrimaryColumn({ type: 'varchar', length: 24 })
  id!: string;

  @Column({ ...bigint })
  seq!: number;

  @Column({ type: 'varchar', length: 24, name: 'job_id', nullable: true })
  jobId!: string | null;

  @Column({ type: 'varchar', length: 16 })
  state!: string;

  @Column({ type: 'text' })
  record!: string;
}
