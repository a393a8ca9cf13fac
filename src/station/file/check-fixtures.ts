// What one fixture alone cannot tell: two that claim the same number, port, power, cable or probe.
import type { Problem } from '../../recipe/yaml/problems.ts';
import { valueAt } from '../../recipe/yaml/schema-problems.ts';
import type { YamlSource } from '../../recipe/yaml/yaml-source.ts';
import type { WrittenFixture } from './station-schema.ts';

/** Problems between fixtures. A fixture that could not be read is undefined; its number and port are compared all the same. */
export function checkFixtures(
  source: YamlSource,
  fixtures: readonly (WrittenFixture | undefined)[],
): readonly Problem[] {
  const told = (key: string, values: readonly unknown[], words: Words) => twice(source, { key, values, words });
  const written = (key: string) => fixtures.map((_, at) => valueAt(source.data, ['fixtures', at, key]));
  return [
    ...told('number', written('number'), (number, first) => [`number ${number} is taken by ${first}`, OWN]),
    ...told('port', written('port'), (port, first) => [`port ${port} is named twice; ${first} has it`, OWN]),
    ...serialProblems(source, fixtures),
    ...told('power', fixtures.map(powerOf), (_, first) => [`this switches the power of ${first}`, OWN]),
    ...told('cable', fixtures.map(cableOf), (cable, first) => [`cable ${cable} is in ${first}`, OWN]),
    ...fixtures.flatMap((fixture, at) => benchProblems(source, fixture, at)),
    ...told('probe', fixtures.map(probeOf), (_, first) => [`this probe is wired to ${first}`, TELL_APART]),
  ];
}

const OWN = 'every fixture has its own';
const TELL_APART = 'give each probe its serial number or its USB port';

type Words = (value: string, first: string) => readonly [message: string, hint: string];

interface Compared {
  readonly key: string;
  readonly values: readonly unknown[];
  readonly words: Words;
}

/** A problem for every value that an earlier fixture has; what is not written is shared freely. */
function twice(source: YamlSource, { key, values, words }: Compared): readonly Problem[] {
  return values.flatMap((value, at) => {
    const first = values.indexOf(value);
    if (value === undefined || value === null || first === at) return [];
    return [source.problemAt(['fixtures', at, key], ...words(String(value), fixtureName(source, first)))];
  });
}

function fixtureName(source: YamlSource, at: number): string {
  const number = valueAt(source.data, ['fixtures', at, 'number']);
  const { line } = source.problemAt(['fixtures', at], '');
  return `fixture ${String(number)} (line ${line})`;
}

/** A serial connector on a port where another unit's serial port appears. */
function serialProblems(source: YamlSource, fixtures: readonly (WrittenFixture | undefined)[]): readonly Problem[] {
  return fixtures.flatMap((fixture, at) => {
    const port = fixture?.serial;
    if (port === undefined || port === fixture?.port) return [];
    // Of two that both name it the later one is told; a fixture's own port needs no naming.
    const owner = fixtures.findIndex(
      (other, place) => (place < at && other?.serial === port) || (place !== at && other?.port === port),
    );
    if (owner === -1) return [];
    const message = `serial port ${port} belongs to ${fixtureName(source, owner)}`;
    return [source.problemAt(['fixtures', at, 'serial'], message, OWN)];
  });
}

/** Rework goes by a way of its own into the unit, or not at all. */
function benchProblems(source: YamlSource, fixture: WrittenFixture | undefined, at: number): readonly Problem[] {
  if (fixture?.for !== 'rework' || fixture.probe) return [];
  const message = 'a rework bench without a debug probe';
  return [source.problemAt(['fixtures', at, 'for'], message, 'name its probe: probe: { kind: st-link, serial: ... }')];
}

function powerOf(fixture: WrittenFixture | undefined): string | undefined {
  return fixture && fixture.power !== 'operator' ? `${fixture.power.hub}/${fixture.power.port}` : undefined;
}

function cableOf(fixture: WrittenFixture | undefined): string | undefined {
  return fixture?.cable;
}

/** Probes of one kind are told apart by serial number or USB port; two without either are the same to the program. */
function probeOf(fixture: WrittenFixture | undefined): string | undefined {
  const probe = fixture?.probe;
  return probe && `${probe.kind}/${probe.serial ?? ''}/${probe.usb ?? ''}`;
}
