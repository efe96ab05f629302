import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One fit of a latency model, kept whole as JSON: its numbers come back bit for bit. */
@Entity('latency_model')
export class ModelEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  target!: string;

  @PrimaryColumn({ type: 'varchar', length: 16 })
  fidelity!: string;

  /** From 1, for each target and fidelity. */
  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  record!: string;
}

/** Which version predicts, for each target and fidelity. */
@Entity('active_latency_model')
export class ActiveModelEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  target!: string;

  @PrimaryColumn({ type: 'varchar', length: 16 })
  fidelity!: string;

  @Column({ type: 'integer' })
  version!: number;
}
