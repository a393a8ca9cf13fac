// One name per unit through all its runs, kept in the record: the same linking as domain/unit/unit-linking, over any time.
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { findLinkedName, mergeIdentities } from '../../domain/unit/unit-linking.ts';
import { listUnitKeys } from '../../domain/unit/unit-matching.ts';
import type { Database } from '../store/database.ts';
import type { RunBody } from './evidence-store.ts';

/** The unit's name, learnt and kept inside the caller's transaction; `fallback` for a unit without any identity. */
export function nameUnit(database: Database, unit: UnitIdentity, fallback: string): string {
  const name =
    findLinkedName(unit, {
      findName: (key) => findUnitName(database, key),
      findIdentity: (known) => findNamedIdentity(database, known, unit),
    }) ?? fallback;
  for (const key of listUnitKeys(unit)) if (findUnitName(database, key) !== name) saveUnitName(database, key, name);
  if (unit.deviceId && findDeviceId(database, name) === undefined)
    database.run('INSERT INTO unit_ids (unit, device_id) VALUES (?, ?)', name, unit.deviceId);
  return name;
}

function findUnitName(database: Database, key: string): string | undefined {
  return database.get<{ unit: string }>('SELECT unit FROM unit_names WHERE key = ?', key)?.unit;
}

/** What is known of the hardware of that name: its device id decides; where one side has none, its latest runs tell the rest. */
function findNamedIdentity(database: Database, name: string, unit: UnitIdentity): UnitIdentity {
  const deviceId = findDeviceId(database, name);
  if (deviceId !== undefined && unit.deviceId !== undefined) return { deviceId };
  if (unit.keyHash === undefined && unit.macAddress === undefined) return {};
  return listUnitKeys(unit)
    .flatMap((key) => findLatestIdentities(database, key, name))
    .reduce<UnitIdentity>(mergeIdentities, deviceId === undefined ? {} : { deviceId });
}

/** A unit says its key or its MAC address in most of its runs. */
const LATEST_RUN_COUNT = 8;

/** Identities in the latest runs under a key that went by that name, oldest of them first. */
function findLatestIdentities(database: Database, key: string, name: string): readonly UnitIdentity[] {
  return database
    .getAll<{ body: string }>(
      `SELECT body FROM run_keys JOIN runs USING (sequence) JOIN records USING (sequence)
       WHERE key = ? AND unit = ? ORDER BY sequence DESC LIMIT ${LATEST_RUN_COUNT}`,
      key,
      name,
    )
    .map(({ body }) => (JSON.parse(body) as RunBody).run.unit)
    .toReversed();
}

function findDeviceId(database: Database, name: string): string | undefined {
  return database.get<{ deviceId: string }>('SELECT device_id AS deviceId FROM unit_ids WHERE unit = ?', name)
    ?.deviceId;
}

function saveUnitName(database: Database, key: string, name: string): void {
  database.run(
    'INSERT INTO unit_names (key, unit) VALUES (?, ?) ON CONFLICT DO UPDATE SET unit = excluded.unit',
    key,
    name,
  );
}
