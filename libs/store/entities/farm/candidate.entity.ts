import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A candidate that was uploaded; its bytes lie in the content store. */
@Entity('candidate')
export class CandidateEntity {
  @PrimaryColumn({ type: 'varchar', length: 128 })
  hash!: string;

  @Column({ type: 'varchar', length: 200 })
  name!: string;

  @Column({ type: 'varchar', length: 24 })
  kind!: string;

  @Column({ type: 'varchar', length: 120 })
  integrity!: string;

  @Column({ type: 'integer', name: 'size_bytes' })
  sizeBytes!: number;

  @Column({ type: 'varchar', length: 100, name: 'user_name' })
  user!: string;

  @Column({ type: 'varchar', length: 30, name: 'created_at' })
  createdAt!: string;
}
