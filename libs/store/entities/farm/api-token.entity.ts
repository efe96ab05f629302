import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An access token; only the hash of its secret is kept. */
@Entity('api_token')
@Index('api_token_by_hash', ['hash'], { unique: true })
export class ApiTokenEntity {
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  hash!: string;

  @Column({ type: 'varchar', length: 100, name: 'user_name' })
  user!: string;

  @Column({ type: 'varchar', length: 16 })
  role!: string;

  @Column({ type: 'varchar', length: 30, name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', length: 30, name: 'expires_at', nullable: true })
  expiresAt!: string | null;

  @Column({ type: 'varchar', length: 30, name: 'revoked_at', nullable: true })
  revokedAt!: string | null;
}
