import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who did what. */
@Entity('audit_entry')
@Index('audit_entry_by_time', ['at'])
export class AuditEntryEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 30, name: 'happened_at' })
  at!: string;

  @Column({ type: 'varchar', length: 100 })
  actor!: string;

  @Column({ type: 'varchar', length: 60 })
  action!: string;

  @Column({ type: 'varchar', length: 200 })
  subject!: string;

  /** JSON. */
  @Column({ type: 'text' })
  details!: string;
}
