import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** PostgreSQL takes 65,535 parameters in a statement, SQLite 32,766. */
const maxParameters = 30_000;

/**
 * Inserts rows, or replaces those whose key is taken. One statement without the entity machinery: what the scheduler
 * writes several hundred times a second goes through here.
 */
export async function writeRows<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  rows: Iterable<ObjectLiteral>,
): Promise<void> {
  const all = [...rows];
  if (all.length === 0) return;
  const { tablePath, columns } = manager.connection.getMetadata(entity);
  const names = columns.map((column) => `"${column.databaseName}"`);
  const keys = columns.filter((column) => column.isPrimary).map((column) => `"${column.databaseName}"`);
  const others = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
  const numbered = manager.connection.options.type === 'postgres';
  const perStatement = Math.floor(maxParameters / names.length);
  for (let start = 0; start < all.length; start += perStatement) {
    const some = all.slice(start, start + perStatement);
    let parameter = 0;
    const tuples = some.map(() => `(${names.map(() => (numbered ? `$${++parameter}` : '?')).join(',')})`);
    const values = some.flatMap((row) => columns.map((column): unknown => row[column.propertyName] ?? null));
    await manager.query(
      `INSERT INTO "${tablePath}" (${names.join(',')}) VALUES ${tuples.join(',')} ` +
        `ON CONFLICT (${keys.join(',')}) DO UPDATE SET ${others.join(',')}`,
      values,
    );
  }
}
