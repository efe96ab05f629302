import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that belongs to a measurement (ELF, console log, generated C); its bytes lie in the content store. */
@Entity('artifact')
export class ArtifactEntity {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'measurement_id' })
  measurementId!: string;

  @PrimaryColumn({ type: 'varchar', length: 200 })
  name!: string;

  /** Subresource-integrity digest: `sha512-…`. */
  @Column({ type: 'varchar', length: 120 })
  integrity!: string;

  @Column({ type: 'integer', name: 'size_bytes' })
  sizeBytes!: number;
}
