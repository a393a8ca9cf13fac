// One name per unit through all its runs, kept in the record: the same linking as model/unit-linking, over any time.
import { getUnitKey, type UnitIdentity } from '../../domain/unit/unit.ts';
import type { Database } from '../store/database.ts';

/**
 * The unit's name, learnt and kept inside the caller's transaction; `fallback` for a unit without any identity. A label
 * links only to a unit whose device id is not known to be another.
 */
export function nameUnit(database: Database, unit: UnitIdentity, fallback: string): string {
  const keys = buildLinkingKeys(unit);
  const known = keys.map((key) => [key, findUnitName(database, key)] as const);
  const linked = known.map(([, name]) => name).find((name) => name !== undefined && isSameDevice(database, name, unit));
  const name = linked ?? getUnitKey(unit) ?? fallback;
  for (const [key, before] of known) if (before !== name) saveUnitName(database, key, name);
  if (unit.deviceId && findDeviceId(database, name) === undefined)
    database.run('INSERT INTO unit_ids (unit, device_id) VALUES (?, ?)', name, unit.deviceId);
  return name;
}

function buildLinkingKeys({ deviceId, keyHash, label }: UnitIdentity): readonly string[] {
  return [
    ...(deviceId ? [`id:${deviceId}`] : []),
    ...(keyHash ? [`key:${keyHash}`] : []),
    ...(label ? [`label:${label}`] : []),
  ];
}

function findUnitName(database: Database, key: string): string | undefined {
  return database.get<{ unit: string }>('SELECT unit FROM unit_names WHERE key = ?', key)?.unit;
}

function findDeviceId(database: Database, name: string): string | undefined {
  return database.get<{ deviceId: string }>('SELECT device_id AS deviceId FROM unit_ids WHERE unit = ?', name)
    ?.deviceId;
}

function isSameDevice(database: Database, name: string, { deviceId }: UnitIdentity): boolean {
  const known = findDeviceId(database, name);
  return known === undefined || deviceId === undefined || known === deviceId;
}

function saveUnitName(database: Database, key: string, name: string): void {
  database.run(
    'INSERT INTO unit_names (key, unit) VALUES (?, ?) ON CONFLICT DO UPDATE SET unit = excluded.unit',
    key,
    name,
  );
}
