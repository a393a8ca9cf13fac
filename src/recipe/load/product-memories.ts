// Memories of the products whose maps are known before any unit is plugged in, so that a wrong address is told at the desk.
import { formatHex16 } from '../../base/bytes.ts';
import type { UsbId } from '../recipe.ts';

/** Memory strings by alternate setting, as the product's DFU interface names them. */
export interface ProductMemories {
  readonly memories: ReadonlyMap<number, string>;
  /** Writes below are refused by the bootloader, whatever its map says. */
  readonly protectedBelow: number;
  /** True where a bootloader can be stored for the running system to install. */
  readonly hasOtaSlot: boolean;
}

/** Boards around an STM32F205 share one map (device-os usbd_flash_if.h, usbd_dct_if.h, usbd_sflash_if.h; flash_mal.h). */
const INTERNAL_FLASH = '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg';
const DCT_FLASH = '@DCT Flash   /0x00000000/01*016Kg';
const SERIAL_FLASH = '@Serial Flash   /0x00000000/256*004Kg';
const CORE_FW_ADDRESS = 0x0802_0000;

const photon: ProductMemories = {
  memories: new Map([
    [0, INTERNAL_FLASH],
    [1, DCT_FLASH],
  ]),
  protectedBelow: CORE_FW_ADDRESS,
  hasOtaSlot: true,
};

const p1: ProductMemories = { ...photon, memories: new Map([...photon.memories, [2, SERIAL_FLASH]]) };

const PRODUCTS: Readonly<Record<string, ProductMemories>> = { '2b04:d006': photon, '2b04:d008': p1 };

const UNKNOWN: ProductMemories = { memories: new Map(), protectedBelow: 0, hasOtaSlot: false };

/** What is known of the product with this id in DFU mode; nothing for an id of somebody else. */
export function findProductMemories({ vendorId, productId }: UsbId): ProductMemories {
  return PRODUCTS[`${formatHex16(vendorId)}:${formatHex16(productId)}`] ?? UNKNOWN;
}
