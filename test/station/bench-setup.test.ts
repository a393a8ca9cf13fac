// Setting up a bench: the tree with its warnings, a station file that is taught and keeps its comments, what doctor finds.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MachineFacts } from '../../src/equipment/drivers/machine-facts.ts';
import type { UsbNode } from '../../src/equipment/drivers/usb/sysfs-usb.ts';
import { loadStation } from '../../src/station/file/load-station.ts';
import { buildChildPortPath, findBenchWarnings, formatBenchTree } from '../../src/station/setup/bench-tree.ts';
import { checkMachine } from '../../src/station/setup/doctor.ts';
import { createStationText, teachFixtures } from '../../src/station/setup/teach-station.ts';
import { renderUdevRules, UDEV_RULES_FILE } from '../../src/station/setup/udev-rules.ts';
import { findUnknownUsbIds } from '../../src/station/setup/unit-usb-ids.ts';

const ROOT = hub('1-0', { portCount: 2 });

describe('the tree of a bench', () => {
  it('shows hubs, units, free ports and whose fixture each is', () => {
    const tree = [ROOT, hub('1-1', { portCount: 2, protocol: 2 }), unit('1-1.2')];
    expect(formatBenchTree(tree, [fixture(1, '1-1.2'), fixture(2, '1-1.1')])).toEqual([
      '1-0        1d6b:0002  high   hub of 2 ports',
      '  1-1        1d6b:0002  high   hub of 2 ports, translator per port',
      '    1-1.1      free  <- fixture 2',
      '    1-1.2      2b04:c006  full   Photon  <- fixture 1',
      '  1-2        free',
    ]);
  });

  it('puts free ports that follow each other into one line', () => {
    const tree = [hub('1-0', { portCount: 15 }), unit('1-4')];
    expect(formatBenchTree(tree, [fixture(1, '1-7')])).toEqual([
      '1-0        1d6b:0002  high   hub of 15 ports',
      '  1-1 to 1-3 free',
      '  1-4        2b04:c006  full   Photon',
      '  1-5 to 1-6 free',
      '  1-7        free  <- fixture 1',
      '  1-8 to 1-15 free',
    ]);
  });

  it('warns when more units share one translator than it carries, counting fixtures that are still empty', () => {
    const fixtures = (count: number) => Array.from({ length: count }, (_, at) => fixture(at + 1, `1-1.${at + 1}`));
    const single = [ROOT, hub('1-1', { portCount: 16, protocol: 1 })];
    const multi = [ROOT, hub('1-1', { portCount: 16, protocol: 2 })];
    expect(findBenchWarnings(single, fixtures(11))).toEqual([]);
    expect(findBenchWarnings(single, fixtures(12))).toEqual([
      '12 full-speed units share the one translator of hub 1-1; more than 11 slow each other down: use a multi-translator hub, or spread them over several',
    ]);
    expect(findBenchWarnings(multi, fixtures(12))).toEqual([]);
  });

  it('calls a unit beside its fixture a moved cable', () => {
    const tree = [ROOT, unit('1-2')];
    expect(findBenchWarnings(tree, [fixture(3, '1-1')])).toEqual([
      'the unit at port 1-2 is in no fixture, and fixture 3 is empty: was a cable moved? put it back, or run `flashline teach`',
    ]);
    expect(findBenchWarnings(tree, [fixture(3, '1-2')])).toEqual([]);
  });

  it('names the ports below a hub as Linux does', () => {
    expect([buildChildPortPath('1-0', 4), buildChildPortPath('1-4', 3), buildChildPortPath('1-4.3', 2)]).toEqual([
      '1-4',
      '1-4.3',
      '1-4.3.2',
    ]);
  });
});

describe('teaching a station file', () => {
  it('writes one that loads', () => {
    const plan = planOf(teachFixtures(createStationText('bench-2'), [taught(1, '1-4.1'), taught(2, '1-4.2')]));
    expect(plan.fixtures.map(({ number, portPath }) => [number, portPath])).toEqual([
      [1, '1-4.1'],
      [2, '1-4.2'],
    ]);
  });

  it('keeps comments and everything else that people wrote', () => {
    const text = [
      '# our bench',
      'flashline: 1',
      'station: bench-1 # by the window',
      'fixtures:',
      '  # the left one',
      '  - { number: 1, port: 1-4.1, cable: C-0117 } # new cable in May',
      '  - { number: 2, port: 1-4.2 }',
      '',
    ].join('\n');
    const learnt = teachFixtures(text, [taught(1, '1-4.4'), taught(3, '1-4.3')]);
    for (const kept of ['# our bench', '# by the window', '# the left one', '# new cable in May', 'cable: C-0117']) {
      expect(learnt).toContain(kept);
    }
    expect(planOf(learnt).fixtures.map(({ number, portPath }) => [number, portPath])).toEqual([
      [1, '1-4.4'],
      [2, '1-4.2'],
      [3, '1-4.3'],
    ]);
  });

  it('takes a port from the fixture that had it', () => {
    const text = teachFixtures(createStationText('b'), [taught(1, '1-1'), taught(2, '1-2')]);
    expect(planOf(teachFixtures(text, [taught(3, '1-1')])).fixtures.map(({ number }) => number)).toEqual([2, 3]);
  });

  it('leaves a file alone that cannot be read', () => {
    expect(() => teachFixtures('fixtures: [', [taught(1, '1-1')])).toThrow(
      expect.objectContaining({ code: 'station/not-yaml' }),
    );
  });
});

describe('the doctor', () => {
  it('finds nothing on a machine that is in order', () => {
    const findings = checkMachine(SOUND, [{ hub: '1-4', switching: 'each-port' }], [PHOTON]);
    expect(findings.filter(({ standing }) => standing !== 'good')).toEqual([]);
  });

  it.each<[string, Partial<MachineFacts>, RegExp]>([
    ['Node', { nodeVersion: '20.20.2' }, /npm ci/],
    ['System', { platform: 'darwin' }, /Linux/],
    ['USB', { hasUsb: false }, /\/dev\/bus\/usb/],
    ['udev', { isUdevRunning: false }, /systemd-udevd/],
    ['udev rules', { udevRules: '' }, /flashline udev/],
    ['Permissions', { closedDevices: [{ portPath: '1-4', file: '/dev/bus/usb/001/004' }] }, /plug the units in again/],
    ['Group', { groups: ['users'] }, /usermod -aG dialout operator/],
    ['ModemManager', { isModemManagerRunning: true, udevRules: KNOWN_TO_UDEV }, /mask --now ModemManager/],
    ['Serial ports', { heldPorts: [{ device: '/dev/ttyACM0', holder: 'minicom (process 7)' }] }, /end those programs/],
    ['Disk', { freeBytes: 1e9 }, /make room/],
    ['Clock', { isClockSynchronized: false }, /set-ntp/],
    ['OpenOCD', { openocd: null }, /apt-get install openocd/],
  ])('names what is wrong with %s, alone, and its remedy', (what, facts, remedy) => {
    const wrong = checkMachine({ ...SOUND, ...facts }, [], [PHOTON]).filter(({ standing }) => standing !== 'good');
    expect(wrong.map((finding) => finding.what)).toEqual([what]);
    expect(wrong[0]!.remedy).toMatch(remedy);
  });

  it.each(['all-ports-together', 'none', 'missing', 'unknown'] as const)('warns of a hub that is %s', (switching) => {
    const [wrong] = checkMachine(SOUND, [{ hub: '1-4', switching }], [PHOTON]).filter(
      ({ standing }) => standing !== 'good',
    );
    expect(wrong).toMatchObject({ what: 'Hub 1-4', remedy: expect.any(String) });
  });

  it.each([
    ['a vendor alone', 'ATTR{idVendor}=="2FE3", MODE="0666"', true],
    ['a pattern', 'ATTRS{idVendor}=="1209|2fe?", ATTRS{idProduct}=="ff[ef]f", TAG+="uaccess"', true],
    ['a rule over two lines', 'ATTRS{idVendor}=="2fe3", \\\n  GROUP="dialout"', true],
    ['another product', 'ATTRS{idVendor}=="2fe3", ATTRS{idProduct}=="0100", MODE="0666"', false],
    ['a rule that gives nothing', 'ATTRS{idVendor}=="2fe3", SYMLINK+="board"', false],
    ['a comment', '# ATTRS{idVendor}=="2fe3", MODE="0666"', false],
  ])('reads udev rules as udev does: %s', (_, rule, isKnown) => {
    const board = { vendorId: 0x2fe3, productId: 0xffff };
    expect(findUnknownUsbIds(`KERNEL=="x"\n${rule}\n`, [board], 'access')).toEqual(isKnown ? [] : [board]);
  });

  it('is content with the rules that it recommends, for the units of the recipes in use and no others', () => {
    const board = { vendorId: 0x2fe3, productId: 0xffff, product: 'MCUboot board' };
    const other = { ...board, vendorId: 0x1209, product: 'Other' };
    const facts = { ...SOUND, udevRules: renderUdevRules([PHOTON, board]), isModemManagerRunning: true };
    expect(checkMachine(facts, [], [PHOTON, board]).filter(({ standing }) => standing !== 'good')).toEqual([]);
    const wrong = checkMachine(facts, [], [PHOTON, board, other]).filter(({ standing }) => standing !== 'good');
    expect(wrong.map(({ what, says }) => [what, says])).toEqual([
      ['udev rules', 'do not know 1209:ffff (Other)'],
      ['ModemManager', 'talks to every new serial port for seconds, also of 1209:ffff (Other)'],
    ]);
    expect(renderUdevRules()).toContain(UDEV_RULES_FILE);
    for (const id of ['2b04', '1d50', '0483']) expect(renderUdevRules()).toContain(`ATTRS{idVendor}=="${id}"`);
  });
});

const PHOTON = { vendorId: 0x2b04, productId: 0xc006, product: 'Particle Photon' };
const KNOWN_TO_UDEV = 'ATTRS{idVendor}=="2b04", MODE="0660"';

const SOUND: MachineFacts = {
  nodeVersion: '24.21.0',
  platform: 'linux',
  userName: 'operator',
  isRoot: false,
  groups: ['users', 'dialout'],
  hasUsb: true,
  isUdevRunning: true,
  udevRules: `${KNOWN_TO_UDEV}, ENV{ID_MM_DEVICE_IGNORE}="1"`,
  isModemManagerRunning: false,
  usb: [],
  closedDevices: [],
  heldPorts: [],
  freeBytes: 1e12,
  isClockSynchronized: true,
  openocd: 'Open On-Chip Debugger 0.12.0',
};

function hub(portPath: string, { portCount, protocol = 1 }: { portCount: number; protocol?: number }): UsbNode {
  return node(portPath, { isHub: true, portCount, protocol, speed: 'high', vendorId: 0x1d6b, productId: 2 });
}

function unit(portPath: string): UsbNode {
  const photon = { speed: 'full', vendorId: 0x2b04, productId: 0xc006, product: 'Photon' } as const;
  return node(portPath, { isHub: false, portCount: 0, protocol: 0, ...photon });
}

function node(
  portPath: string,
  about: Pick<UsbNode, 'isHub' | 'portCount' | 'protocol'> &
    Pick<UsbNode['info'], 'speed' | 'vendorId' | 'productId' | 'product'>,
): UsbNode {
  const { isHub, portCount, protocol, ...device } = about;
  const info = { portPath, connectionId: `${portPath}#2`, bcdDevice: 0x100, ...device };
  return { info, isHub, portCount, protocol, deviceNumber: 2, busNumber: 1, drivers: [] };
}

function fixture(number: number, portPath: string) {
  return { number, portPath, serialPath: portPath, cable: null };
}

function taught(number: number, portPath: string) {
  return { number, portPath };
}

function planOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'flashline-teach-'));
  try {
    writeFileSync(join(folder, 'station.yaml'), text);
    return loadStation(join(folder, 'station.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
