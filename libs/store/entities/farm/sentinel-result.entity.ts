import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('sentinel_result')
@Index('sentinel_result_by_board', ['boardId', 'at'])
@Index('sentinel_result_by_target', ['target', 'at'])
export class SentinelResultEntity {
  @PrimaryColumn({ type: 'varchar', length: 24, name: 'attempt_id' })
  attemptId!: string;

  @Column({ type: 'varchar', length: 100, name: 'board_id' })
  boardId!: string;

  @Column({ type: 'varchar', length: 64 })
  target!: string;

  /** ISO 8601, UTC. */
  @Column({ type: 'varchar', length: 30, name: 'measured_at' })
  at!: string;

  @Column({ type: 'text' })
  record!: string;
}
