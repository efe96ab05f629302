import { Column, Entity, PrimaryColumn } from 'typeorm';

import { bigint } from '../bigint.ts';

/** Tables that are read whole: a key and the record as JSON. */
abstract class KeyedRecord {
  @PrimaryColumn({ type: 'varchar', length: 100 })
  id!: string;

  @Column({ type: 'text' })
  record!: string;
}

@Entity('board')
export class BoardEntity extends KeyedRecord {}

@Entity('bench')
export class BenchEntity extends KeyedRecord {}

/** One row a leased board, by the board's name. */
@Entity('lease')
export class LeaseEntity extends KeyedRecord {
  @Column({ ...bigint })
  token!: number;
}

/** Which server owns the store: a number that grows with each that takes it over. */
@Entity('farm_owner')
export class FarmOwnerEntity {
  @PrimaryColumn({ type: 'varchar', length: 8 })
  id!: string;

  @Column({ ...bigint })
  epoch!: number;
}
