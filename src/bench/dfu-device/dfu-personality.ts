// What makes one kind of DFU device different from another: ids, names, abilities, memory and habits, as data.
import type { MemoryRegion } from './dfu-memory.ts';

/** Ways in which real devices leave the standard; each is the habit of a family, with its source in the table. */
export interface DfuHabits {
  /** GETSTATUS is stalled so often while an erase works (STM32L4). */
  readonly pollStalls?: number;
  /** Stays in dfuDNBUSY after an erase until CLRSTATUS was sent so often (STM32H743 revision V). */
  readonly clearsToEndBusy?: number;
  /** CLRSTATUS works and is stalled (STM32C5). */
  readonly stallsClearStatus?: boolean;
  /** bwPollTimeout of every answer, whatever the work takes. */
  readonly bogusPollMs?: number;
  /** Leaves the bus at the request to leave, before any answer (GD32VF103). */
  readonly leavesUnanswered?: boolean;
  /** Takes the length of the block that arrives for the size of all blocks before it (usbd-dfu #6). */
  readonly addressesByPayload?: boolean;
  /** Begins in dfuERROR with errFIRMWARE, as the ROM does that finds no application. */
  readonly startsInError?: boolean;
  /** Resets itself to take new option bytes (AN3156 §4.4, STM32L4). */
  readonly restartsAtOptionBytes?: boolean;
}

export interface DfuPersonality {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly serial: string;
  readonly protocol: 'dfuse' | 'dfu';
  readonly bcdDfu: number;
  /** bmAttributes of the functional descriptor (DFU 1.1 §4.1.3). */
  readonly attributes: number;
  readonly transferSizeBytes: number;
  /** wDetachTimeOut; 1 s when left out. */
  readonly detachTimeoutMs?: number;
  readonly alternateNames: readonly string[];
  /** Address of each alternate setting's first byte for plain DFU; DfuSe addresses are absolute. */
  readonly slotAddresses?: readonly number[];
  readonly regions: readonly MemoryRegion[];
  /** A flash word with ECC; 1 for cells that take single bytes. */
  readonly writeUnitBytes?: number;
  /** What an erase of one sector takes. */
  readonly eraseMs: number;
  readonly habits?: DfuHabits;
}

const KIB = 1024;
const ROM_ATTRIBUTES = 0x0b;

/** ST's ROM loader of one family (AN2606): internal flash as alternate 0, then option bytes and whatever else it has. */
function describeStRom(
  name: string,
  regions: readonly MemoryRegion[],
  alternateNames: readonly string[],
  more: Partial<DfuPersonality> = {},
): DfuPersonality {
  return {
    ...{ name, regions, alternateNames },
    vendorId: 0x0483,
    productId: 0xdf11,
    bcdDevice: 0x2200,
    serial: '205D3575484B',
    protocol: 'dfuse',
    bcdDfu: 0x011a,
    attributes: ROM_ATTRIBUTES,
    transferSizeBytes: 2048,
    eraseMs: 25,
    ...more,
  };
}

function buildFlash(sectorCount: number, sectorBytes: number, address = 0x0800_0000): MemoryRegion {
  return { address, sectorCount, sectorBytes, isErasable: true };
}

function buildOptionBytes(address: number, sizeBytes: number): MemoryRegion {
  return { address, sectorCount: 1, sectorBytes: sizeBytes, isErasable: false };
}

const F0_OPTIONS = '@Option Bytes  /0x1FFFF800/01*016 e';
const L4_OPTIONS = '@Option Bytes  /0x1FFF7800/01*040 e';
const L4_OTP = '@OTP Memory /0x1FFF7000/01*0001Ke';

/** The F405 in its ROM loader with all its memories; its flash is that of the chip it is on. */
export const stm32f405Rom: DfuPersonality = describeStRom(
  'STM32F405 in its ROM loader',
  [{ address: 0x0800_0000, sectorCount: 1, sectorBytes: 1024 * KIB, isErasable: true }],
  [
    '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
    '@Option Bytes  /0x1FFFC000/01*016 g',
    '@OTP Memory /0x1FFF7800/01*512 g,01*016 g',
    '@Device Feature/0xFFFF0000/01*004 g',
  ],
  { detachTimeoutMs: 255 },
);

/** Names as AN2606 loaders and the devices named in each row send them. */
export const dfuPersonalities = {
  stm32f072: describeStRom(
    'STM32F072',
    [buildFlash(64, 2 * KIB), buildOptionBytes(0x1fff_f800, 16)],
    ['@Internal Flash  /0x08000000/064*0002Kg', F0_OPTIONS],
  ),
  stm32f105: describeStRom(
    'STM32F105/F107',
    [buildFlash(128, 2 * KIB)],
    ['@Internal Flash  /0x08000000/128*002Kg', '@Option Bytes  /0x1FFFF800/01*016 g'],
    { transferSizeBytes: 2048 },
  ),
  stm32f303: describeStRom(
    'STM32F303',
    [buildFlash(128, 2 * KIB), buildOptionBytes(0x1fff_f800, 16)],
    ['@Internal Flash  /0x08000000/128*0002Kg', F0_OPTIONS],
  ),
  stm32f407: describeStRom(
    'STM32F407',
    [buildFlash(4, 16 * KIB), buildFlash(1, 64 * KIB, 0x0801_0000), buildFlash(7, 128 * KIB, 0x0802_0000)],
    ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg', '@Option Bytes  /0x1FFFC000/01*016 g'],
    { eraseMs: 1000 },
  ),
  stm32f746: describeStRom(
    'STM32F746',
    [buildFlash(4, 32 * KIB), buildFlash(1, 128 * KIB, 0x0802_0000), buildFlash(3, 256 * KIB, 0x0804_0000)],
    ['@Internal Flash  /0x08000000/04*032Kg,01*128Kg,03*256Kg', '@Option Bytes  /0x1FFF0000/01*032 e'],
    { eraseMs: 1000 },
  ),
  stm32g071: describeStRom(
    'STM32G0',
    [buildFlash(64, 2 * KIB), buildOptionBytes(0x1fff_7800, 128)],
    ['@Internal Flash  /0x08000000/64*02Kg', '@Option Bytes   /0x1FFF7800/01*128 e'],
    { writeUnitBytes: 8 },
  ),
  stm32g474: describeStRom(
    'STM32G4',
    [buildFlash(256, 2 * KIB), buildOptionBytes(0x1fff_7800, 48), buildOptionBytes(0x1fff_f800, 48)],
    ['@Internal Flash  /0x08000000/256*02Kg', '@Option Bytes   /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e'],
    { writeUnitBytes: 8 },
  ),
  stm32h563: describeStRom('STM32H5', [buildFlash(256, 8 * KIB)], ['@Internal Flash   /0x08000000/256*08Kg'], {
    writeUnitBytes: 16,
    transferSizeBytes: 1024,
  }),
  stm32c5: describeStRom('STM32C5', [buildFlash(64, 8 * KIB)], ['@Internal Flash   /0x08000000/64*08Kg'], {
    writeUnitBytes: 16,
    habits: { stallsClearStatus: true },
  }),
  stm32h743v: describeStRom(
    'STM32H743 revision V',
    [buildFlash(16, 128 * KIB), buildOptionBytes(0x5200_201c, 128)],
    ['@Internal Flash   /0x08000000/16*128Kg', '@Option Bytes   /0x5200201C/01*128 e'],
    { writeUnitBytes: 32, eraseMs: 1000, habits: { clearsToEndBusy: 2 } },
  ),
  stm32l072: describeStRom(
    'STM32L0',
    [buildFlash(1536, 128), buildOptionBytes(0x1ff8_0000, 32), buildOptionBytes(0x0808_0000, 6 * KIB)],
    [
      '@Internal Flash  /0x08000000/1536*128 g',
      '@Option Bytes  /0x1FF80000/01*032 e',
      '@DATA Memory /0x08080000/2*3Ke',
    ],
    { writeUnitBytes: 4, eraseMs: 4 },
  ),
  stm32l152: describeStRom(
    'STM32L1',
    [buildFlash(512, 256), buildOptionBytes(0x1ff8_0000, 32)],
    ['@Internal Flash  /0x08000000/512*256 g', '@Option Bytes  /0x1FF80000/01*032 e'],
    { writeUnitBytes: 4, eraseMs: 4 },
  ),
  stm32l552: describeStRom(
    'STM32L5',
    [buildFlash(256, 2 * KIB), buildOptionBytes(0x4002_2040, 36)],
    ['@Internal Flash   /0x08000000/256*02Kg', '@Option Bytes   /0x40022040/01*36 e'],
    { writeUnitBytes: 8 },
  ),
  stm32l476: describeStRom(
    'STM32L4',
    [buildFlash(256, 2 * KIB), buildOptionBytes(0x1fff_7800, 40), buildOptionBytes(0x1fff_7000, KIB)],
    ['@Internal Flash  /0x08000000/0256*0002Kg', L4_OPTIONS, L4_OTP],
    { writeUnitBytes: 8, habits: { pollStalls: 2, restartsAtOptionBytes: true } },
  ),
  stm32l4r9: describeStRom(
    'STM32L4+',
    [buildFlash(512, 4 * KIB), buildOptionBytes(0x1fff_7800, 40)],
    ['@Internal Flash  /0x08000000/512*0004Kg', L4_OPTIONS],
    { writeUnitBytes: 8, habits: { pollStalls: 1 } },
  ),
  stm32u599: describeStRom(
    'STM32U5',
    [buildFlash(512, 8 * KIB), buildOptionBytes(0x4002_2040, 64)],
    ['@Internal Flash   /0x08000000/512*08Kg', '@Option Bytes   /0x40022040/01*64 e'],
    { writeUnitBytes: 16 },
  ),
  stm32wb55: describeStRom(
    'STM32WB55',
    [buildFlash(256, 4 * KIB), buildOptionBytes(0x1fff_8000, 128)],
    ['@Internal Flash  /0x08000000/256*04Kg', '@Option Bytes  /0x1FFF8000/01*128 e'],
    { writeUnitBytes: 8 },
  ),
  gd32vf103: describeStRom(
    'GD32VF103',
    [buildFlash(128, KIB), buildOptionBytes(0x1fff_f800, 16)],
    ['@Internal Flash  /0x8000000/512*002Kg', '@Option Bytes  /0x1FFFF800/01*016Be'],
    { vendorId: 0x28e9, productId: 0x0189, serial: '3CBJ', habits: { leavesUnanswered: true } },
  ),
  at32f435: describeStRom(
    'AT32F435',
    [buildFlash(256, 4 * KIB), buildOptionBytes(0x1fff_c000, 4096)],
    ['@Internal Flash  /0x08000000/256*004Kg', '@Option byte   /0x1FFFC000/01*4096 g'],
    { vendorId: 0x2e3c },
  ),
  numworks: describeStRom(
    'NumWorks N0110',
    [buildFlash(4, 16 * KIB), buildFlash(64, 64 * KIB, 0x9000_0000)],
    ['@Flash/0x90000000/64*064Kg,64*064Kg', '@SRAM/0x20000000/01*256Ke'],
    { productId: 0xa291, bcdDfu: 0x0100, attributes: 0x03, serial: '1' },
  ),
  'opc-20': describeStRom(
    'OPC-20',
    [buildFlash(128, 2 * KIB)],
    ['@Internal Flash  /0x08000000/128*002Kg', '@Option Bytes  /0x1FFFF800/01*016 g'],
    { bcdDfu: 0x1a01, transferSizeBytes: 1024 },
  ),
  'black-magic-probe': describeStRom(
    'Black Magic Probe',
    [buildFlash(8, KIB), buildFlash(120, KIB, 0x0800_2000)],
    ['@Internal Flash   /0x08000000/8*001Ka,120*001Kg'],
    { vendorId: 0x1d50, productId: 0x6017, attributes: 0x09, transferSizeBytes: 1024 },
  ),
  'spark-core': describeStRom(
    'Spark Core',
    [buildFlash(108, KIB, 0x0800_5000), buildFlash(512, 4 * KIB, 0)],
    ['@Internal Flash  /0x08000000/20*001Ka,108*001Kg', '@SPI Flash : SST25x/0x00000000/512*04Kg'],
    { vendorId: 0x1d50, productId: 0x607f, bcdDevice: 0x0200, serial: '6D73366E3735', transferSizeBytes: 1024 },
  ),
  electron: describeStRom(
    'Particle Electron',
    [buildFlash(1, 16 * KIB, 0x0800_c000), buildFlash(1, 64 * KIB, 0x0801_0000), buildFlash(7, 128 * KIB, 0x0802_0000)],
    ['@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg', '@DCT Flash   /0x00000000/01*016Kg'],
    { vendorId: 0x2b04, productId: 0xd00a, bcdDevice: 0x0250, transferSizeBytes: 4096, eraseMs: 1000 },
  ),
  'particle-gen3': describeStRom(
    'Particle Gen 3',
    [buildFlash(243, 4 * KIB, 0x1000), buildFlash(8, 4 * KIB, 0xf_8000)],
    ['@Internal Flash   /0x00000000/1*004Ka,47*004Kg,192*004Kg,4*004Kg,4*004Ka,8*004Kg'],
    { vendorId: 0x2b04, productId: 0xd00c, bcdDevice: 0x0251, transferSizeBytes: 4096, eraseMs: 90 },
  ),
  mcuboot: {
    name: 'MCUboot under Zephyr',
    ...{ vendorId: 0x2fe3, productId: 0xffff, bcdDevice: 0x0307, serial: '0123456789ABCDEF' },
    ...{ protocol: 'dfu', bcdDfu: 0x0110, attributes: 0x07, transferSizeBytes: 128, eraseMs: 0 },
    alternateNames: ['image_0', 'image_1'],
    slotAddresses: [0x000c_0000, 0x0016_0000],
    regions: [buildFlash(64, 4 * KIB, 0x000c_0000), buildFlash(64, 4 * KIB, 0x0016_0000)],
  },
  tinyusb: {
    name: 'TinyUSB DFU',
    ...{ vendorId: 0xcafe, productId: 0x4000, bcdDevice: 0x0100, serial: '123456' },
    ...{ protocol: 'dfu', bcdDfu: 0x0101, attributes: 0x07, transferSizeBytes: 512, eraseMs: 0 },
    alternateNames: ['FLASH', 'EEPROM'],
    slotAddresses: [0, 0x10_0000],
    regions: [buildFlash(64, 4 * KIB, 0), buildFlash(1, 4 * KIB, 0x10_0000)],
  },
  stm32duino: {
    name: 'STM32duino bootloader',
    ...{ vendorId: 0x1eaf, productId: 0x0003, bcdDevice: 0x0201, serial: 'LLM 003' },
    ...{ protocol: 'dfu', bcdDfu: 0x0110, attributes: 0x03, transferSizeBytes: 1024, eraseMs: 0 },
    alternateNames: [
      'STM32duino bootloader v1.0  ERROR. Upload to RAM not supported.',
      'STM32duino bootloader v1.0  Upload to Flash 0x8005000',
      'STM32duino bootloader v1.0  Upload to Flash 0x8002000',
    ],
    slotAddresses: [0x2000_0000, 0x0800_5000, 0x0800_2000],
    regions: [buildFlash(120, KIB, 0x0800_2000), buildOptionBytes(0x2000_0000, 64)],
  },
  'uno-r4': {
    name: 'Arduino UNO R4 WiFi bootloader',
    ...{ vendorId: 0x2341, productId: 0x0369, bcdDevice: 0x0100, serial: 'F412FA9C4E10' },
    ...{ protocol: 'dfu', bcdDfu: 0x0110, attributes: 0x0d, transferSizeBytes: 64, eraseMs: 0 },
    alternateNames: ['@CodeFlash /0x00000000/8*2Ka,24*2Kg', '@DataFlash /0x40100000/8*1Kg'],
    slotAddresses: [0x4000, 0x4010_0000],
    regions: [buildFlash(120, 2 * KIB, 0x4000), buildFlash(8, KIB, 0x4010_0000)],
  },
  openmoko: {
    name: 'OpenMoko Freerunner',
    ...{ vendorId: 0x1d50, productId: 0x5119, bcdDevice: 0x0350, serial: '0000000' },
    ...{ protocol: 'dfu', bcdDfu: 0x0100, attributes: 0x07, transferSizeBytes: 4096, eraseMs: 0 },
    alternateNames: ['RAM 0x32000000', 'u-boot', 'u-boot_env', 'kernel', 'splash', 'factory', 'rootfs'],
    slotAddresses: [0x3200_0000, 0, 0x4_0000, 0x8_0000, 0x28_0000, 0x30_0000, 0x38_0000],
    regions: [buildFlash(64, 64 * KIB, 0), buildFlash(16, 64 * KIB, 0x3200_0000)],
    habits: { bogusPollMs: 0x00ff_ffff },
  },
} as const satisfies Readonly<Record<string, DfuPersonality>>;

export type DfuPersonalityName = keyof typeof dfuPersonalities;
