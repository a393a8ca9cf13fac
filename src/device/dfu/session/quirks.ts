// What is known of devices that do not keep to the standard: one table, a row a habit, each with its source.
import type { UsbDeviceInfo } from '../../../equipment/usb.ts';

/**
 * How a session treats a device. A quirk makes a sound device usable and proves nothing: the read-back, or what comes up
 * afterwards, still decides.
 */
export interface DfuQuirks {
  /** Speak this, whatever the descriptors say. */
  readonly protocol?: 'dfuse' | 'dfu';
  /** Wait this long between two GETSTATUS, whatever bwPollTimeout says, ms. */
  readonly fixedPollMs?: number;
  /** GETSTATUS may be stalled so often in one erase or write while the flash works; each is asked again after the last poll time. */
  readonly pollStallLimit?: number;
  /** Says dfuDNBUSY for ever after an erase that is done; CLRSTATUS, twice at most, leads out of it. */
  readonly staysBusy?: boolean;
  /** CLRSTATUS is stalled although it works. */
  readonly stallsClearStatus?: boolean;
  /** The memory map that is true, where the device names a false one; undefined keeps the device's. */
  readonly correctMap?: (name: string, info: UsbDeviceInfo) => string | undefined;
}

interface QuirkRow extends DfuQuirks {
  /** Name of the device, for the report. */
  readonly name: string;
  /** Where the habit was reported or read. */
  readonly source: string;
  readonly vendorId: number;
  /** First and last product id. */
  readonly productIds: readonly [number, number];
  readonly bcdDevice?: number;
  /** Fits the name of one of the alternate settings: tells chip families apart that share a USB id. */
  readonly alternateName?: RegExp;
}

/** A row that applies, for the report. */
export interface AppliedQuirk {
  readonly name: string;
  readonly source: string;
}

const ST_ROM = { vendorId: 0x0483, productIds: [0xdf11, 0xdf11] } as const;

/** Older devices say any number of milliseconds; 5 ms is what their own host waited. */
const OLD_DEVICE_POLL_MS = 5;

const quirkRows: readonly QuirkRow[] = [
  {
    name: 'STM32 ROM loader',
    source: 'dfu-util dfuse.c: some STM32L4 loaders name too short a poll time and stall GETSTATUS while they erase',
    ...ST_ROM,
    pollStallLimit: 3,
  },
  {
    name: 'STM32C5 ROM loader',
    source: 'reported of new ROM loaders, which share one USB id with all others: CLRSTATUS is stalled and works',
    ...ST_ROM,
    stallsClearStatus: true,
  },
  {
    name: 'STM32H74x/H75x ROM loader, revision V',
    source: 'betaflight-configurator #1861, #5348: stays in dfuDNBUSY after an erase until CLRSTATUS',
    ...ST_ROM,
    alternateName: /^@Internal Flash\s*\/0x08000000\/\d+\*128Kg\s*$/,
    staysBusy: true,
  },
  {
    name: 'GD32VF103 ROM loader',
    source:
      'GD32VF103 data sheet tables 2-1 and 2-2; dfu-util quirks: names a false page size and count, leaves without an answer',
    vendorId: 0x28e9,
    productIds: [0x0189, 0x0189],
    correctMap: correctGd32Map,
  },
  {
    name: 'OpenMoko Freerunner',
    source: 'dfu-util quirks: bwPollTimeout is bogus',
    vendorId: 0x1d50,
    productIds: [0x5117, 0x5126],
    protocol: 'dfu',
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'OpenMoko Freerunner (FIC)',
    source: 'dfu-util quirks: bwPollTimeout is bogus',
    vendorId: 0x1457,
    productIds: [0x5117, 0x5126],
    protocol: 'dfu',
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'OpenPCD and OpenPICC',
    source: 'dfu-util quirks: bwPollTimeout is bogus',
    vendorId: 0x16c0,
    productIds: [0x076b, 0x076c],
    protocol: 'dfu',
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'SimTrace',
    source: 'dfu-util quirks: bwPollTimeout is bogus',
    vendorId: 0x16c0,
    productIds: [0x0762, 0x0762],
    protocol: 'dfu',
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'Siemens PXM 40 and PXM 50',
    source: 'dfu-util quirks: bwPollTimeout is bogus with bcdDevice 0',
    vendorId: 0x0908,
    productIds: [0x02c4, 0x02c5],
    bcdDevice: 0,
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'M-Audio Transit',
    source: 'dfu-util quirks: bwPollTimeout is bogus',
    vendorId: 0x0763,
    productIds: [0x2806, 0x2806],
    fixedPollMs: OLD_DEVICE_POLL_MS,
  },
  {
    name: 'Maple and STM32duino bootloader',
    source: 'dfu-util quirks: bcdDFUVersion says 011a, the device speaks DFU 1.1',
    vendorId: 0x1eaf,
    productIds: [0x0003, 0x0003],
    protocol: 'dfu',
  },
  {
    name: 'Arduino UNO R4',
    source: 'its bootloader is DFU 1.1 without upload, and names memory maps all the same',
    vendorId: 0x2341,
    productIds: [0x0369, 0x0369],
    protocol: 'dfu',
  },
];

/** What applies to a device with these names of alternate settings: the quirks together, and the rows they come from. */
export function findDfuQuirks(
  info: UsbDeviceInfo,
  alternateNames: readonly string[],
): { readonly quirks: DfuQuirks; readonly applied: readonly AppliedQuirk[] } {
  const rows = quirkRows.filter((row) => appliesTo(row, info, alternateNames));
  const quirks = Object.assign({}, ...rows.map(selectHabits)) as DfuQuirks;
  return { quirks, applied: rows.map(({ name, source }) => ({ name, source })) };
}

function appliesTo(row: QuirkRow, info: UsbDeviceInfo, alternateNames: readonly string[]): boolean {
  const [first, last] = row.productIds;
  return (
    info.vendorId === row.vendorId &&
    info.productId >= first &&
    info.productId <= last &&
    (row.bcdDevice === undefined || row.bcdDevice === info.bcdDevice) &&
    (row.alternateName === undefined || alternateNames.some((name) => row.alternateName!.test(name)))
  );
}

function selectHabits({
  name,
  source,
  vendorId,
  productIds,
  bcdDevice,
  alternateName,
  ...habits
}: QuirkRow): DfuQuirks {
  return habits;
}

/** Flash pages of 1 KiB by the third letter of the part number, which is the serial number: `3CBJ` has 128. */
const GD32_PAGES: Readonly<Record<string, number>> = { B: 128, '8': 64, '6': 32, '4': 16 };

function correctGd32Map(name: string, { serialNumber }: UsbDeviceInfo): string | undefined {
  if (!/^@Internal Flash\s*\/0x0?8000000\//.test(name)) return undefined;
  const pages = GD32_PAGES[/^3.(.)J$/.exec(readByteString(serialNumber ?? ''))?.[1] ?? ''];
  return pages === undefined ? undefined : `@Internal Flash  /0x08000000/${pages}*001Kg`;
}

/** Its string descriptor holds bytes where UTF-16 belongs, so two letters arrive as one character. */
function readByteString(text: string): string {
  const bytes = Buffer.from(text, 'utf16le');
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f) ? bytes.toString('latin1') : text;
}
