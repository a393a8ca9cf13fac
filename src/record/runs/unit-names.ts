// One name per unit through all its runs, kept in the record: the same linking as model/unit-linking, over any time.
import { type UnitIdentity, unitKey } from '../../domain/unit/unit.ts';
import type { Database } from '../store/database.ts';

/**
 * The unit's name, learnt and kept inside the caller's transaction; `fallback` for a unit without any identity. A label
 * links only to a unit whose device id is not known to be another.
 */
export function nameUnit(database: Database, unit: UnitIdentity, fallback: string): string {
  const keys = linkingKeys(unit);
  const known = keys.map((key) => [key, nameOf(database, key)] as const);
  const linked = known.map(([, name]) => name).find((name) => name !== undefined && agrees(database, name, unit));
  const name = linked ?? unitKey(unit) ?? fallback;
  for (const [key, before] of known) if (before !== name) keepName(database, key, name);
  if (unit.deviceId && deviceOf(database, name) === undefined)
    database.run('INSERT INTO unit_ids (unit, device_id) VALUES (?, ?)', name, unit.deviceId);
  return name;
}

function linkingKeys({ deviceId, keyHash, label }: UnitIdentity): readonly string[] {
  return [
    ...(deviceId ? [`id:${deviceId}`] : []),
    ...(keyHash ? [`key:${keyHash}`] : []),
    ...(label ? [`label:${label}`] : []),
  ];
}

function nameOf(database: Database, key: string): string | undefined {
  return database.get<{ unit: string }>('SELECT unit FROM unit_names WHERE key = ?', key)?.unit;
}

function deviceOf(database: Database, name: string): string | undefined {
  return database.get<{ deviceId: string }>('SELECT device_id AS deviceId FROM unit_ids WHERE unit = ?', name)
    ?.deviceId;
}

function agrees(database: Database, name: string, { deviceId }: UnitIdentity): boolean {
  const known = deviceOf(database, name);
  return known === undefined || deviceId === undefined || known === deviceId;
}

function keepName(database: Database, key: string, name: string): void {
  database.run(
    'INSERT INTO unit_names (key, unit) VALUES (?, ?) ON CONFLICT DO UPDATE SET unit = excluded.unit',
    key,
    name,
  );
}
