import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigint } from './bigint.ts';

/** A measurement far outside what the latency model of its target expected. */
@Entity('latency_drift')
export class DriftEntity {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'measurement_id' })
  measurementId!: string;

  @Column({ type: 'varchar', length: 64 })
  target!: string;

  @Column({ type: 'varchar', length: 16 })
  fidelity!: string;

  @Column({ ...bigint, name: 'raised_at_ms' })
  raisedAtMs!: number;

  /** The flag as JSON. */
  @Column({ type: 'text' })
  record!: string;
}
