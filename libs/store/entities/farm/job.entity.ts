import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

/** A job; the columns are what is searched by, `record` is the job itself as JSON. */
@Entity('job')
@Index('job_by_seq', ['seq'], { unique: true })
@Index('job_by_state', ['state', 'seq'])
@Index('job_by_user', ['user', 'seq'])
@Index('job_by_target', ['target', 'seq'])
@Index('job_by_user_state', ['user', 'state', 'seq'])
@Index('job_by_target_state', ['target', 'state', 'seq'])
@Index('job_by_batch', ['batchId', 'seq'])
@Index('job_by_content', ['contentKey', 'state'])
export class JobEntity {
  @PrimaryColumn({ type: 'varchar', length: 24 })
  id!: string;

  @Column({ ...bigint })
  seq!: number;

  @Column({ type: 'varchar', length: 100, name: 'user_name' })
  user!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: string;

  @Column({ type: 'varchar', length: 64 })
  target!: string;

  @Column({ type: 'varchar', length: 100, nullable: true })
  board!: string | null;

  @Column({ type: 'varchar', length: 24, name: 'batch_id', nullable: true })
  batchId!: string | null;

  @Column({ type: 'varchar', length: 128, name: 'candidate_hash' })
  candidateHash!: string;

  @Column({ type: 'varchar', length: 64, name: 'content_key' })
  contentKey!: string;

  @Column({ type: 'varchar', length: 36, name: 'measurement_id', nullable: true })
  measurementId!: string | null;

  @Column({ type: 'text' })
  record!: string;
}
