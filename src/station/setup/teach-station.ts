// Fixtures bound to USB ports, written into a station file; what people wrote there, comments included, stays.
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { StationError } from '../../base/station-error.ts';
import type { PortPath } from '../../equipment/usb.ts';

export interface FixtureBinding {
  readonly number: number;
  readonly portPath: PortPath;
}

/** A new station file of a real bench. */
export function createStationText(name: string): string {
  return `# yaml-language-server: $schema=station.schema.json\n\nflashline: 1\nstation: ${name}\nbench: real\n\nfixtures: []\n`;
}

/**
 * The file's text with each taught fixture at its port: a known number gets the new port, a new one is added, and a port
 * that another fixture had is taken from it. Throws StationError `station/not-yaml` (kind `input`).
 */
export function teachFixtures(text: string, taught: readonly FixtureBinding[]): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new StationError({
      code: 'station/not-yaml',
      message: 'the station file cannot be read',
      hint: '`flashline check FILE` shows what is wrong with it; correct that first.',
    });
  }
  const fixtures = ensureFixtureList(document);
  for (const one of taught) bindFixture(document, fixtures, one);
  return document.toString({ lineWidth: 0 });
}

function ensureFixtureList(document: Document): YAMLSeq {
  const found = document.get('fixtures');
  if (isSeq(found)) {
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  const fixtures = document.createNode([]);
  document.set('fixtures', fixtures);
  return fixtures as unknown as YAMLSeq;
}

function bindFixture(document: Document, fixtures: YAMLSeq, { number, portPath }: FixtureBinding): void {
  const maps = fixtures.items.filter((item): item is YAMLMap => isMap(item));
  for (const map of maps.filter((one) => one.get('port') === portPath && one.get('number') !== number)) {
    fixtures.items.splice(fixtures.items.indexOf(map), 1);
  }
  const known = maps.find((map) => map.get('number') === number);
  if (known) {
    known.set('port', portPath);
    return;
  }
  const added = document.createNode({ number, port: portPath });
  added.flow = true;
  fixtures.add(added);
}
