// From a station file to a StationPlan: everything wrong with it is told at once, each with its place in the file.
import { resolve } from 'node:path';
import { createProblemsError, type Problem, sortProblems } from '../../recipe/yaml/problems.ts';
import { readYamlFile } from '../../recipe/yaml/read-yaml-file.ts';
import { parseFilePart, readValueAt } from '../../recipe/yaml/schema-problems.ts';
import type { YamlSource } from '../../recipe/yaml/yaml-source.ts';
import { checkFixtures } from './check-fixtures.ts';
import { readPolicy } from './read-policy.ts';
import type { FixturePlan, ProbePlan, StationPlan } from './station-plan.ts';
import {
  fixtureSchema,
  stationSchema,
  type WrittenFixture,
  type WrittenProbe,
  type WrittenStation,
} from './station-schema.ts';

/** A station file that was checked: the plan is there when there are no problems. */
export interface CheckedStation {
  readonly plan: StationPlan | undefined;
  readonly problems: readonly Problem[];
}

/** Loads a station file. Throws StationError `station/invalid` (kind `input`) that shows every problem with its place. */
export function loadStation(file: string): StationPlan {
  const { plan, problems } = checkStation(file);
  if (!plan) throw createProblemsError('station/invalid', file, problems);
  return plan;
}

/** Reads and checks a station file. Folders are taken from the current folder. Never throws. */
export function checkStation(file: string): CheckedStation {
  const read = readYamlFile(file, 'station', '"flashline: 1" and "station: ..."');
  if ('problems' in read) return { plan: undefined, problems: read.problems };
  const { source, sha256 } = read;
  const problems: Problem[] = [];
  const written = parseFilePart(stationSchema, source, { path: [], value: source.data }, problems);
  const fixtures = readFixtures(source, problems);
  const policy = readPolicy(
    source,
    (written?.people ?? []).map(({ name, role }) => ({ id: name, role })),
    problems,
  );
  problems.push(...checkFixtures(source, fixtures), ...(written ? checkProductionMode(source, written) : []));
  if (problems.length > 0 || !written) return { plan: undefined, problems: sortProblems(problems) };
  return { plan: { ...buildStationPlan(written, fixtures), file, sha256, policy }, problems: [] };
}

/** True when a file is meant as a station and not as a recipe, whatever else is wrong with it. */
export function isStationFile(file: string): boolean {
  const read = readYamlFile(file, 'station', '');
  return 'source' in read && ['station', 'fixtures'].some((key) => readValueAt(read.source.data, [key]) !== undefined);
}

function readFixtures(source: YamlSource, problems: Problem[]): readonly (WrittenFixture | undefined)[] {
  const list = readValueAt(source.data, ['fixtures']);
  if (!Array.isArray(list)) return [];
  return list.map((value, at) => parseFilePart(fixtureSchema, source, { path: ['fixtures', at], value }, problems));
}

/** A station that makes records for a customer may not depend on where it was started, nor on a recipe nobody signed. */
function checkProductionMode(source: YamlSource, { mode, bench, record, keyring }: WrittenStation): readonly Problem[] {
  if (mode !== 'production') return [];
  const needs: readonly (readonly [isMet: boolean, message: string, hint: string])[] = [
    [bench === 'real', 'a virtual bench is never in production', 'write mode: development'],
    [
      record?.startsWith('/') === true,
      'production needs a record in a place of its own',
      'write its whole path: record: /srv/flashline',
    ],
    [
      keyring !== undefined,
      'production needs signed recipes, and a keyring says by whom',
      'name the file of public keys: keyring: /etc/flashline/keys.json',
    ],
  ];
  return needs.filter(([isMet]) => !isMet).map(([, message, hint]) => source.createProblemAt(['mode'], message, hint));
}

function buildStationPlan(
  written: WrittenStation,
  fixtures: readonly (WrittenFixture | undefined)[],
): Omit<StationPlan, 'file' | 'sha256' | 'policy'> {
  return {
    name: written.station,
    mode: written.mode,
    bench: written.bench,
    fixtures: fixtures
      .filter((fixture) => fixture !== undefined)
      .map(buildFixturePlan)
      .toSorted((left, right) => left.number - right.number),
    concurrency: written['at once'] ?? null,
    recordFolder: resolve(written.record ?? `.flashline/${written.station}`),
    headsFolder: written.heads === undefined ? null : resolve(written.heads),
    reportsFolder: resolve(written.reports),
    firmwareFolder: resolve(written.firmware),
    keyringFile: written.keyring === undefined ? null : resolve(written.keyring),
    programs: new Map(written.programs.map(({ path, sha256 }) => [sha256, path])),
  };
}

function buildFixturePlan({ number, port, serial, power, cable, probe, for: use }: WrittenFixture): FixturePlan {
  return {
    number,
    portPath: port,
    serialPath: serial ?? port,
    power: power === 'operator' ? { by: 'operator' } : { by: 'hub', ...power },
    cable: cable ?? null,
    probe: buildProbePlan(probe),
    isReworkBench: use === 'rework',
  };
}

function buildProbePlan(probe: WrittenProbe | undefined): ProbePlan | null {
  return probe ? { kind: probe.kind, serialNumber: probe.serial ?? null, usb: probe.usb ?? null } : null;
}
