// What is wrong with a machine as a station, and the remedy for each; pure: facts in, findings out.
import type { MachineFacts } from '../../equipment/drivers/machine-facts.ts';
import { UDEV_RULES_FILE } from './udev-rules.ts';
import { findUnknownUsbIds, formatUnitUsbId, type UnitUsbId } from './unit-usb-ids.ts';

/** `bad`: units cannot be tested like this; `warning`: they can, but it will hurt some day. */
export interface DoctorFinding {
  readonly what: string;
  readonly standing: 'good' | 'warning' | 'bad';
  readonly says: string;
  /** Null when there is nothing to do. */
  readonly remedy: string | null;
}

/** How a hub named in the station file switches its ports; `unknown` when it could not be asked. */
export interface HubFact {
  readonly hub: string;
  readonly switching: 'each-port' | 'all-ports-together' | 'none' | 'missing' | 'unknown';
}

const MIN_NODE_VERSION: readonly [number, number] = [22, 18];
/** A record grows by about 40 kB per unit: this is room for a quarter million. */
const MIN_FREE_BYTES = 10 * 1024 ** 3;
const CRITICAL_FREE_BYTES = 1024 ** 3;

/** Every check with its outcome, in the order in which a person would set a bench up; `units` are those of the recipes in use. */
export function checkMachine(
  facts: MachineFacts,
  hubs: readonly HubFact[],
  units: readonly UnitUsbId[],
): readonly DoctorFinding[] {
  return [
    checkNodeVersion(facts),
    checkOperatingSystem(facts),
    checkUsbHost(facts),
    checkUdev(facts),
    checkUdevRules(facts, units),
    checkDeviceAccess(facts),
    checkDialoutGroup(facts),
    checkModemManager(facts, units),
    checkHeldPorts(facts),
    ...hubs.map(checkHubPower),
    checkDiskSpace(facts),
    checkClockSync(facts),
    checkOpenocd(facts),
  ];
}

function createGoodFinding(what: string, says: string): DoctorFinding {
  return { what, standing: 'good', says, remedy: null };
}

function checkNodeVersion({ nodeVersion }: MachineFacts): DoctorFinding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isNew = major > MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor >= MIN_NODE_VERSION[1]);
  if (isNew) return createGoodFinding('Node', nodeVersion);
  const remedy = 'run `npm ci` without --omit=optional: Node 24 comes with Flashline';
  return { what: 'Node', standing: 'bad', says: `${nodeVersion} is too old`, remedy };
}

function checkOperatingSystem({ platform }: MachineFacts): DoctorFinding {
  if (platform === 'linux') return createGoodFinding('System', 'Linux');
  const remedy = 'run real benches on Linux; the virtual bench runs here';
  return { what: 'System', standing: 'bad', says: `${platform} has no port paths that Flashline knows`, remedy };
}

function checkUsbHost({ hasUsb, usb }: MachineFacts): DoctorFinding {
  if (!hasUsb) {
    const remedy = 'run on a machine with USB, or give the container /sys and /dev/bus/usb';
    return { what: 'USB', standing: 'bad', says: 'this machine has no USB', remedy };
  }
  return createGoodFinding(
    'USB',
    `${usb.filter(({ isHub }) => !isHub).length} devices on ${usb.filter(({ isHub }) => isHub).length} hubs`,
  );
}

function checkUdev({ isUdevRunning }: MachineFacts): DoctorFinding {
  if (isUdevRunning) return createGoodFinding('udev', 'is running');
  const remedy =
    'start systemd-udevd, or mount /run/udev into the container; until then ports are looked at by a timer';
  return { what: 'udev', standing: 'warning', says: 'is not running: nothing tells of units that come and go', remedy };
}

function checkUdevRules({ udevRules }: MachineFacts, units: readonly UnitUsbId[]): DoctorFinding {
  const unknown = findUnknownUsbIds(udevRules, units, 'access');
  if (unknown.length === 0) return createGoodFinding('udev rules', `know the units (${listIds(units)})`);
  const remedy = `flashline udev | sudo tee ${UDEV_RULES_FILE} && sudo udevadm control --reload && sudo udevadm trigger`;
  return { what: 'udev rules', standing: 'warning', says: `do not know ${nameUnits(unknown)}`, remedy };
}

function listIds(units: readonly UnitUsbId[]): string {
  return units.map(formatUnitUsbId).join(', ');
}

function nameUnits(units: readonly UnitUsbId[]): string {
  return units.map((unit) => `${formatUnitUsbId(unit)} (${unit.product})`).join(', ');
}

function checkDeviceAccess({ closedDevices }: MachineFacts): DoctorFinding {
  if (closedDevices.length === 0) return createGoodFinding('Permissions', 'every device can be opened');
  const places = closedDevices.map(({ portPath }) => portPath).join(', ');
  const remedy = 'install the rules of `flashline udev`, then plug the units in again';
  return { what: 'Permissions', standing: 'warning', says: `devices at ${places} may not be opened`, remedy };
}

function checkDialoutGroup({ groups, isRoot, userName }: MachineFacts): DoctorFinding {
  if (isRoot) return { ...createGoodFinding('Group', 'root may do everything'), remedy: null };
  if (groups.includes('dialout')) return createGoodFinding('Group', `${userName} is in dialout`);
  const remedy = `sudo usermod -aG dialout ${userName}, then log in again`;
  return { what: 'Group', standing: 'bad', says: `${userName} is not in dialout: serial ports stay closed`, remedy };
}

function checkModemManager(
  { isModemManagerRunning, udevRules }: MachineFacts,
  units: readonly UnitUsbId[],
): DoctorFinding {
  if (!isModemManagerRunning) return createGoodFinding('ModemManager', 'is not running');
  const open = findUnknownUsbIds(udevRules, units, 'no-modem-manager');
  if (open.length === 0) return createGoodFinding('ModemManager', 'is told to leave units alone');
  const remedy = 'install the rules of `flashline udev`, or: sudo systemctl mask --now ModemManager';
  return {
    what: 'ModemManager',
    standing: 'bad',
    says: `talks to every new serial port for seconds, also of ${nameUnits(open)}`,
    remedy,
  };
}

function checkHeldPorts({ heldPorts }: MachineFacts): DoctorFinding {
  if (heldPorts.length === 0) return createGoodFinding('Serial ports', 'no other program has one open');
  const says = heldPorts.map(({ device, holder }) => `${device} is held by ${holder}`).join('; ');
  return { what: 'Serial ports', standing: 'bad', says, remedy: 'end those programs' };
}

function checkHubPower({ hub, switching }: HubFact): DoctorFinding {
  const what = `Hub ${hub}`;
  switch (switching) {
    case 'each-port':
      return {
        what,
        standing: 'good',
        says: 'says that it switches each port (some only say so: a power-off that does nothing is told as such)',
        remedy: null,
      };
    case 'missing':
      return { what, standing: 'bad', says: 'is not there', remedy: 'plug it in where the station file says' };
    case 'unknown':
      return { what, standing: 'warning', says: 'could not be asked', remedy: 'install the rules of `flashline udev`' };
    default: {
      const says = switching === 'none' ? 'does not switch power' : 'switches all its ports together';
      return { what, standing: 'bad', says, remedy: 'write `power: operator` for its fixtures, or use another hub' };
    }
  }
}

function checkDiskSpace({ freeBytes }: MachineFacts): DoctorFinding {
  const says = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free`;
  if (freeBytes >= MIN_FREE_BYTES) return createGoodFinding('Disk', says);
  const standing = freeBytes < CRITICAL_FREE_BYTES ? 'bad' : 'warning';
  return { what: 'Disk', standing, says, remedy: 'make room: a station that cannot write its record stops' };
}

function checkClockSync({ isClockSynchronized }: MachineFacts): DoctorFinding {
  if (isClockSynchronized === true) return createGoodFinding('Clock', 'is synchronized');
  const says = isClockSynchronized === null ? 'nobody could say whether it is right' : 'is not synchronized';
  return { what: 'Clock', standing: 'warning', says, remedy: 'sudo timedatectl set-ntp true; records carry this time' };
}

function checkOpenocd({ openocd: version }: MachineFacts): DoctorFinding {
  if (version !== null) return createGoodFinding('OpenOCD', version);
  const remedy = 'sudo apt-get install openocd, where units are diagnosed over SWD';
  return { what: 'OpenOCD', standing: 'warning', says: 'is not installed', remedy };
}
