// The processors that a recipe can name, and the family ids by which UF2 files name them.

/** How a core begins: a Cortex-M with a vector table. */
export type CpuCore = 'cortex-m' | 'risc-v' | 'other';

/** A chip family of UF2 files. */
export interface ChipFamily {
  readonly uf2Id: number;
  readonly name: string;
  readonly core: CpuCore;
}

/** By UF2 family id (microsoft/uf2 utils/uf2families.json). */
const chipFamilies: readonly ChipFamily[] = (
  [
    [0x647824b6, 'stm32f0', 'cortex-m'],
    [0x5ee21072, 'stm32f1', 'cortex-m'],
    [0x5d1a0a2e, 'stm32f2', 'cortex-m'],
    [0x6b846188, 'stm32f3', 'cortex-m'],
    [0x57755a57, 'stm32f4', 'cortex-m'],
    [0x6d0922fa, 'stm32f407', 'cortex-m'],
    [0x8fb060fe, 'stm32f407vg', 'cortex-m'],
    [0x53b80f00, 'stm32f7', 'cortex-m'],
    [0x300f5633, 'stm32g0', 'cortex-m'],
    [0x4c71240a, 'stm32g4', 'cortex-m'],
    [0x6db66082, 'stm32h7', 'cortex-m'],
    [0x202e3a91, 'stm32l0', 'cortex-m'],
    [0x1e1f432d, 'stm32l1', 'cortex-m'],
    [0x00ff6919, 'stm32l4', 'cortex-m'],
    [0x04240bdf, 'stm32l5', 'cortex-m'],
    [0x70d16653, 'stm32wb', 'cortex-m'],
    [0x21460ff0, 'stm32wl', 'cortex-m'],
    [0x31d228c6, 'gd32f350', 'cortex-m'],
    [0x9af03e33, 'gd32vf103', 'risc-v'],
    [0x1b57745f, 'nrf52', 'cortex-m'],
    [0x621e937a, 'nrf52833', 'cortex-m'],
    [0xada52840, 'nrf52840', 'cortex-m'],
    [0x68ed2b88, 'samd21', 'cortex-m'],
    [0x55114460, 'samd51', 'cortex-m'],
    [0x1851780a, 'saml21', 'cortex-m'],
    [0x2abc77ec, 'lpc55', 'cortex-m'],
    [0x4fb2d5bd, 'mimxrt10xx', 'cortex-m'],
    [0x7f83e793, 'kl32l2', 'cortex-m'],
    [0xe48bff56, 'rp2040', 'cortex-m'],
    [0x1c5f21b0, 'esp32', 'other'],
    [0xbfdd4eee, 'esp32s2', 'other'],
    [0xc47e5767, 'esp32s3', 'other'],
    [0xd42ba06c, 'esp32c3', 'risc-v'],
    [0x2b88d29c, 'esp32c2', 'risc-v'],
    [0x332726f6, 'esp32h2', 'risc-v'],
    [0x540ddf62, 'esp32c6', 'risc-v'],
    [0x3d308e94, 'esp32p4', 'risc-v'],
    [0x7eab61ed, 'esp8266', 'other'],
    [0x16573617, 'atmega32', 'other'],
    [0x5a18069b, 'fx2', 'other'],
    [0x4f6ace52, 'csk4', 'cortex-m'],
    [0x6e7348a8, 'csk6', 'cortex-m'],
    [0x11de784a, 'm0sense', 'risc-v'],
    [0x4b684d71, 'maixplay-u4', 'risc-v'],
    [0x9517422f, 'rza1lu', 'other'],
  ] as const
).map(([uf2Id, name, core]) => ({ uf2Id, name, core }));

/** What a recipe writes for `cpu`: the core alone, or the chip family. */
export const cpuNames: readonly string[] = ['cortex-m', 'risc-v', 'other', ...chipFamilies.map(({ name }) => name)];

/** The family of a UF2 file; undefined when the id is not known. */
export function findChipFamily(uf2Id: number): ChipFamily | undefined {
  return chipFamilies.find((family) => family.uf2Id === uf2Id);
}

/** The core of a processor that `cpuNames` lists. */
export function findCpuCore(cpu: string): CpuCore {
  const family = chipFamilies.find(({ name }) => name === cpu);
  return family?.core ?? (cpu as CpuCore);
}

/** Whether a file for the family is for the processor: the same core, and the same family where both say one. */
export function isFamilyForCpu(family: ChipFamily, cpu: string): boolean {
  const isCore = !chipFamilies.some(({ name }) => name === cpu);
  if (isCore) return family.core === cpu;
  return family.name.startsWith(cpu) || cpu.startsWith(family.name);
}
