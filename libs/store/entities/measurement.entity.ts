import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * One measurement, accepted or rejected. The record itself is kept whole as JSON; the columns are what is searched by.
 * Counts are 64-bit in the database and plain numbers here: below 2^53, which is 49 days at 2 GHz.
 */
@Entity('measurement')
@Index('measurement_by_candidate', ['candidateHash', 'target'])
@Index('measurement_by_target', ['target', 'createdAt'])
export class MeasurementEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  candidate!: string;

  @Column({ type: 'varchar', length: 64, name: 'candidate_hash' })
  candidateHash!: string;

  @Column({ type: 'varchar', length: 64 })
  target!: string;

  @Column({ type: 'varchar', length: 16, name: 'measured_on' })
  on!: string;

  @Column({ type: 'varchar', length: 100, nullable: true })
  board!: string | null;

  @Column({ type: 'varchar', length: 16 })
  fidelity!: string;

  @Column({ type: 'varchar', length: 16 })
  status!: string;

  @Column({ type: 'text', nullable: true })
  reason!: string | null;

  @Column({ type: 'varchar', length: 64, name: 'build_hash' })
  buildHash!: string;

  /** ISO 8601, UTC: sorts as text on every database. */
  @Column({ type: 'varchar', length: 30, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'text' })
  record!: string;
}
