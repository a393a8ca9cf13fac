// The USB tree as a bench: which port is which fixture's, what is in it, and where too many units share a translator.
import { formatHex16 } from '../../base/bytes.ts';
import type { UsbNode } from '../../equipment/drivers/usb/sysfs-usb.ts';
import type { PortPath } from '../../equipment/usb.ts';
import type { FixturePlace } from '../interface/contracts.ts';

/**
 * Full-speed units behind one translator share 12 Mb/s. A unit that is flashed at the bound of its flash uses 9 % of that
 * (247,052 bytes there and back in 3.3 s at 832 kB/s), so eleven fill it.
 */
const MAX_UNITS_PER_TRANSLATOR = 11;

const SINGLE_TRANSLATOR = 1;

/** One line per hub, device and fixture, indented by depth; free ports that follow each other share one. */
export function formatBenchTree(nodes: readonly UsbNode[], fixtures: readonly FixturePlace[]): readonly string[] {
  const byPath = new Map(nodes.map((node) => [node.info.portPath, node]));
  const below = (node: UsbNode): readonly string[] => {
    const lines: string[] = [];
    let free: PortPath[] = [];
    const closeFree = (): void => {
      if (free.length > 0) lines.push(`  ${[...new Set([free[0], free.at(-1)])].join(' to ').padEnd(10)} free`);
      free = [];
    };
    for (let port = 1; port <= node.portCount; port += 1) {
      const path = buildChildPortPath(node.info.portPath, port);
      const device = byPath.get(path);
      const whose = formatFixtureMarker(fixtures, path);
      if (!device && whose === '') free.push(path);
      else {
        closeFree();
        lines.push(...(device ? shown(device) : [`${path.padEnd(10)} free${whose}`]).map((line) => `  ${line}`));
      }
    }
    closeFree();
    return lines;
  };
  const shown = (node: UsbNode): readonly string[] => [
    `${formatUsbNode(node)}${formatFixtureMarker(fixtures, node.info.portPath)}`,
    ...below(node),
  ];
  return nodes.filter(({ info }) => isRootHub(info.portPath)).flatMap(shown);
}

/** What a person should know of the bench before units are put in: shared translators, moved cables, slow links. */
export function findBenchWarnings(nodes: readonly UsbNode[], fixtures: readonly FixturePlace[]): readonly string[] {
  return [...findTranslatorWarnings(nodes, fixtures), ...findMovedCableWarnings(nodes, fixtures)];
}

/** The place of a port of a hub: root hubs are written 1-0, their ports 1-4. */
export function buildChildPortPath(hub: PortPath, port: number): PortPath {
  return isRootHub(hub) ? `${hub.slice(0, -1)}${port}` : `${hub}.${port}`;
}

/** Units plugged in at full speed, and fixtures that are still empty, count alike: the bench is judged as it will be used. */
function findTranslatorWarnings(nodes: readonly UsbNode[], fixtures: readonly FixturePlace[]): readonly string[] {
  const fullSpeed = nodes.filter(({ info, isHub }) => !isHub && info.speed === 'full').map(({ info }) => info.portPath);
  const places = new Set([...fullSpeed, ...fixtures.map(({ portPath }) => portPath)]);
  const counts = new Map<PortPath, number>();
  for (const place of places) {
    const translator = findSharedTranslatorHub(nodes, place);
    if (translator !== undefined) counts.set(translator, (counts.get(translator) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_UNITS_PER_TRANSLATOR)
    .map(
      ([hub, count]) =>
        `${count} full-speed units share the one translator of hub ${hub}; more than ${MAX_UNITS_PER_TRANSLATOR} slow each other down: ` +
        'use a multi-translator hub, or spread them over several',
    );
}

/** The nearest high-speed hub above, when it has one translator for all its ports. */
function findSharedTranslatorHub(nodes: readonly UsbNode[], place: PortPath): PortPath | undefined {
  for (let path = getParentHubPath(place); path !== undefined; path = getParentHubPath(path)) {
    const hub = nodes.find(({ info }) => info.portPath === path);
    if (hub?.info.speed !== 'high') continue;
    return hub.protocol === SINGLE_TRANSLATOR && !isRootHub(path) ? path : undefined;
  }
  return undefined;
}

/** A unit at a port of no fixture, while a fixture of the same hub is empty, looks like a cable that was moved. */
function findMovedCableWarnings(nodes: readonly UsbNode[], fixtures: readonly FixturePlace[]): readonly string[] {
  const places = new Set(fixtures.flatMap(({ portPath, serialPath }) => [portPath, serialPath]));
  const taken = new Set(nodes.map(({ info }) => info.portPath));
  const strays = nodes.filter(
    ({ info, isHub }) =>
      !isHub && info.vendorId === PARTICLE_VENDOR_ID && fixtures.length > 0 && !places.has(info.portPath),
  );
  return strays.flatMap(({ info: { portPath } }) => {
    const empty = fixtures.filter((fixture) => !taken.has(fixture.portPath));
    if (empty.length === 0) return [`the unit at port ${portPath} is in no fixture`];
    const numbers = empty.map(({ number }) => number).join(', ');
    return [
      `the unit at port ${portPath} is in no fixture, and fixture ${numbers} is empty: was a cable moved? ` +
        'put it back, or run `flashline teach`',
    ];
  });
}

const PARTICLE_VENDOR_ID = 0x2b04;

function getParentHubPath(path: PortPath): PortPath | undefined {
  if (isRootHub(path)) return undefined;
  const dot = path.lastIndexOf('.');
  return dot < 0 ? `${path.split('-')[0]}-0` : path.slice(0, dot);
}

function isRootHub(path: PortPath): boolean {
  return path.endsWith('-0');
}

function formatUsbNode({ info, isHub, portCount, protocol }: UsbNode): string {
  const id = `${formatHex16(info.vendorId)}:${formatHex16(info.productId)}`;
  const hasTranslator = isHub && info.speed === 'high' && !isRootHub(info.portPath);
  const translators = hasTranslator ? (protocol === 2 ? ', translator per port' : ', one translator') : '';
  const what = isHub ? `hub of ${portCount} ports${translators}` : (info.product ?? 'a device without a name');
  return `${info.portPath.padEnd(10)} ${id}  ${info.speed.padEnd(5)}  ${what}`;
}

function formatFixtureMarker(fixtures: readonly FixturePlace[], path: PortPath): string {
  const fixture = fixtures.find(({ portPath }) => portPath === path);
  if (fixture) return `  <- fixture ${fixture.number}`;
  const serial = fixtures.find(({ serialPath }) => serialPath === path);
  return serial ? `  <- serial port of fixture ${serial.number}` : '';
}
