// What one fixture alone cannot tell: two that claim the same number, port, power, cable or probe.
import type { Problem } from '../../recipe/yaml/problems.ts';
import { readValueAt } from '../../recipe/yaml/schema-problems.ts';
import type { YamlSource } from '../../recipe/yaml/yaml-source.ts';
import type { WrittenFixture } from './station-schema.ts';

/** Problems between fixtures. A fixture that could not be read is undefined; its number and port are compared all the same. */
export function checkFixtures(
  source: YamlSource,
  fixtures: readonly (WrittenFixture | undefined)[],
): readonly Problem[] {
  const told = (key: string, values: readonly unknown[], words: DuplicateMessage) =>
    findDuplicateValues(source, { key, values, words });
  const written = (key: string) => fixtures.map((_, at) => readValueAt(source.data, ['fixtures', at, key]));
  return [
    ...told('number', written('number'), (number, first) => [
      `number ${number} is taken by ${first}`,
      UNIQUE_VALUE_HINT,
    ]),
    ...told('port', written('port'), (port, first) => [
      `port ${port} is named twice; ${first} has it`,
      UNIQUE_VALUE_HINT,
    ]),
    ...checkSerialPorts(source, fixtures),
    ...told('power', fixtures.map(buildPowerKey), (_, first) => [
      `this switches the power of ${first}`,
      UNIQUE_VALUE_HINT,
    ]),
    ...told('cable', fixtures.map(getCableName), (cable, first) => [
      `cable ${cable} is in ${first}`,
      UNIQUE_VALUE_HINT,
    ]),
    ...fixtures.flatMap((fixture, at) => checkReworkBench(source, fixture, at)),
    ...told('probe', fixtures.map(buildProbeKey), (_, first) => [
      `this probe is wired to ${first}`,
      DISTINGUISH_PROBES_HINT,
    ]),
  ];
}

const UNIQUE_VALUE_HINT = 'every fixture has its own';
const DISTINGUISH_PROBES_HINT = 'give each probe its serial number or its USB port';

type DuplicateMessage = (value: string, first: string) => readonly [message: string, hint: string];

interface ComparedField {
  readonly key: string;
  readonly values: readonly unknown[];
  readonly words: DuplicateMessage;
}

/** A problem for every value that an earlier fixture has; what is not written is shared freely. */
function findDuplicateValues(source: YamlSource, { key, values, words }: ComparedField): readonly Problem[] {
  return values.flatMap((value, at) => {
    const first = values.indexOf(value);
    if (value === undefined || value === null || first === at) return [];
    return [source.createProblemAt(['fixtures', at, key], ...words(String(value), formatFixtureName(source, first)))];
  });
}

function formatFixtureName(source: YamlSource, at: number): string {
  const number = readValueAt(source.data, ['fixtures', at, 'number']);
  const { line } = source.createProblemAt(['fixtures', at], '');
  return `fixture ${String(number)} (line ${line})`;
}

/** A serial connector on a port where another unit's serial port appears. */
function checkSerialPorts(source: YamlSource, fixtures: readonly (WrittenFixture | undefined)[]): readonly Problem[] {
  return fixtures.flatMap((fixture, at) => {
    const port = fixture?.serial;
    if (port === undefined || port === fixture?.port) return [];
    // Of two that both name it the later one is told; a fixture's own port needs no naming.
    const owner = fixtures.findIndex(
      (other, place) => (place < at && other?.serial === port) || (place !== at && other?.port === port),
    );
    if (owner === -1) return [];
    const message = `serial port ${port} belongs to ${formatFixtureName(source, owner)}`;
    return [source.createProblemAt(['fixtures', at, 'serial'], message, UNIQUE_VALUE_HINT)];
  });
}

/** Rework goes by a way of its own into the unit, or not at all. */
function checkReworkBench(source: YamlSource, fixture: WrittenFixture | undefined, at: number): readonly Problem[] {
  if (fixture?.for !== 'rework' || fixture.probe) return [];
  const message = 'a rework bench without a debug probe';
  return [
    source.createProblemAt(['fixtures', at, 'for'], message, 'name its probe: probe: { kind: st-link, serial: ... }'),
  ];
}

function buildPowerKey(fixture: WrittenFixture | undefined): string | undefined {
  return fixture && fixture.power !== 'operator' ? `${fixture.power.hub}/${fixture.power.port}` : undefined;
}

function getCableName(fixture: WrittenFixture | undefined): string | undefined {
  return fixture?.cable;
}

/** Probes of one kind are told apart by serial number or USB port; two without either are the same to the program. */
function buildProbeKey(fixture: WrittenFixture | undefined): string | undefined {
  const probe = fixture?.probe;
  return probe && `${probe.kind}/${probe.serial ?? ''}/${probe.usb ?? ''}`;
}
