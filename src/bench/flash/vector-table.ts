// Whether a program begins at an address: its vector table starts with a stack pointer into RAM.
import { toDataView } from '../../base/bytes.ts';
import type { FlashMemory } from './flash-memory.ts';

const STACK_MASK = 0x2ff0_0000;
const STACK_START = 0x2000_0000;

/** True when a vector table begins there: its first word points into RAM. */
export function hasVectorTable(flash: FlashMemory, address: number): boolean {
  return (toDataView(flash.read(address, 4)).getUint32(0, true) & STACK_MASK) >>> 0 === STACK_START;
}
