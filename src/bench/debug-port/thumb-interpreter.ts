// An interpreter of Thumb-2 code: enough of it for the small loaders that debuggers run in a chip's RAM.
import {
  addWithCarry,
  expandImmediate,
  isConditionMet,
  type ShiftResult,
  shiftByImmediate,
  shiftValue,
  signExtend,
} from './thumb-alu.ts';

/** The memory as the core sees it; throws for an address where nothing is. */
export interface ThumbBus {
  read(address: number, sizeBytes: 1 | 2 | 4): number;
  write(address: number, sizeBytes: 1 | 2 | 4, value: number): void;
}

/** How an instruction ended: done, at a breakpoint, or none that this interpreter knows. */
export type ThumbStepResult = 'done' | 'breakpoint' | 'unknown';

const PC = 15;
const LR = 14;
/** Result 15 of a comparison or a test: thrown away. */
const NOWHERE = 15;
const T_BIT = 1 << 24;

/** Registers, flags and the state of an IT block, which outlives the slices in which code is run. */
export class ThumbInterpreter {
  readonly registers = new Uint32Array(16);
  #n = false;
  #z = false;
  #c = false;
  #v = false;
  #it = 0;
  readonly #bus: ThumbBus;
  #next = 0;
  #isUnknown = false;

  constructor(bus: ThumbBus) {
    this.#bus = bus;
  }

  /** xPSR: flags 31 to 28, IT state 26, 25 and 15 to 10, T bit 24. */
  get status(): number {
    const flags = (+this.#n << 31) | (+this.#z << 30) | (+this.#c << 29) | (+this.#v << 28);
    return (flags | ((this.#it & 3) << 25) | ((this.#it >> 2) << 10) | T_BIT) >>> 0;
  }

  set status(value: number) {
    this.#n = value >>> 31 === 1;
    this.#z = ((value >>> 30) & 1) === 1;
    this.#c = ((value >>> 29) & 1) === 1;
    this.#v = ((value >>> 28) & 1) === 1;
    this.#it = ((value >>> 25) & 3) | (((value >>> 10) & 0x3f) << 2);
  }

  /** One instruction. Throws what the bus throws. */
  stepInstruction(): ThumbStepResult {
    const pc = this.registers[PC]!;
    const first = this.#bus.read(pc, 2);
    const isWide = first >= 0xe800;
    this.#next = pc + (isWide ? 4 : 2);
    if ((first & 0xff00) === 0xbe00) return 'breakpoint';
    const inBlock = this.#it !== 0;
    const isMeant = !inBlock || isConditionMet(this.#it >> 4, this.#readFlags());
    if (inBlock) this.#it = (this.#it & 7) === 0 ? 0 : (this.#it & 0xe0) | ((this.#it << 1) & 0x1f);
    this.#isUnknown = false;
    if (isMeant) {
      if (isWide) this.#executeWide(first, this.#bus.read(pc + 2, 2));
      else this.#executeNarrow(first, !inBlock);
    }
    if (this.#isUnknown) return 'unknown';
    this.registers[PC] = this.#next;
    return 'done';
  }

  #readFlags() {
    return { n: this.#n, z: this.#z, c: this.#c, v: this.#v };
  }

  /** A register's value; the program counter is four ahead. */
  #readRegister(register: number): number {
    return register === PC ? this.registers[PC]! + 4 : this.registers[register]!;
  }

  #writeRegister(register: number, value: number): void {
    if (register === PC) this.#next = (value & ~1) >>> 0;
    else this.registers[register] = value;
  }

  #executeNarrow(op: number, setFlags: boolean): void {
    const low = op & 7;
    const middle = (op >> 3) & 7;
    switch (op >> 11) {
      case 0b00000:
      case 0b00001:
      case 0b00010:
        return void this.#setLogicResult(
          low,
          shiftByImmediate(this.#readRegister(middle), op >> 11, (op >> 6) & 31, this.#c),
          setFlags,
        );
      case 0b00011: {
        const other = op & 0x400 ? (op >> 6) & 7 : this.#readRegister((op >> 6) & 7);
        return void this.#add(
          low,
          this.#readRegister(middle),
          op & 0x200 ? ~other : other,
          (op & 0x200) !== 0,
          setFlags,
        );
      }
      case 0b00100:
        return void this.#setLogicResult((op >> 8) & 7, { value: op & 0xff, carry: this.#c }, setFlags);
      case 0b00101:
        return void this.#add(NOWHERE, this.#readRegister((op >> 8) & 7), ~(op & 0xff), true, true);
      case 0b00110:
        return void this.#add((op >> 8) & 7, this.#readRegister((op >> 8) & 7), op & 0xff, false, setFlags);
      case 0b00111:
        return void this.#add((op >> 8) & 7, this.#readRegister((op >> 8) & 7), ~(op & 0xff), true, setFlags);
      case 0b01000:
        if (op & 0x400) return void this.#executeHighRegisters(op);
        return void this.#executeTwoRegisters((op >> 6) & 15, low, middle, setFlags);
      case 0b01001:
        return void this.#load((op >> 8) & 7, ((this.#readRegister(PC) & ~3) >>> 0) + (op & 0xff) * 4, 4, false);
      case 0b01010:
      case 0b01011:
        return void this.#executeRegisterOffset(
          (op >> 9) & 7,
          low,
          this.#readRegister(middle) + this.#readRegister((op >> 6) & 7),
        );
      case 0b01100:
        return void this.#store(low, this.#readRegister(middle) + ((op >> 6) & 31) * 4, 4);
      case 0b01101:
        return void this.#load(low, this.#readRegister(middle) + ((op >> 6) & 31) * 4, 4, false);
      case 0b01110:
        return void this.#store(low, this.#readRegister(middle) + ((op >> 6) & 31), 1);
      case 0b01111:
        return void this.#load(low, this.#readRegister(middle) + ((op >> 6) & 31), 1, false);
      case 0b10000:
        return void this.#store(low, this.#readRegister(middle) + ((op >> 6) & 31) * 2, 2);
      case 0b10001:
        return void this.#load(low, this.#readRegister(middle) + ((op >> 6) & 31) * 2, 2, false);
      case 0b10110:
      case 0b10111:
        return void this.#executeMiscellaneous(op);
      case 0b11010:
      case 0b11011: {
        const condition = (op >> 8) & 15;
        if (condition > 13) return void this.#markUnknown();
        if (isConditionMet(condition, this.#readFlags())) this.#jump(signExtend(op & 0xff, 8) * 2);
        return;
      }
      case 0b11100:
        return void this.#jump(signExtend(op & 0x7ff, 11) * 2);
      default:
        return void this.#markUnknown();
    }
  }

  /** Compare-and-branch, IT, hints. */
  #executeMiscellaneous(op: number): void {
    if ((op & 0xf500) === 0xb100) {
      const isZero = this.#readRegister(op & 7) === 0;
      if (isZero !== ((op & 0x800) !== 0)) this.#jump((((op >> 9) & 1) << 6) | (((op >> 3) & 31) << 1));
      return;
    }
    if ((op & 0xff00) !== 0xbf00) return void this.#markUnknown();
    if ((op & 15) !== 0) this.#it = op & 0xff;
  }

  #executeHighRegisters(op: number): void {
    const target = (op & 7) | ((op >> 4) & 8);
    const source = this.#readRegister((op >> 3) & 15);
    switch ((op >> 8) & 3) {
      case 0:
        return void this.#writeRegister(target, this.#readRegister(target) + source);
      case 1:
        return void this.#add(NOWHERE, this.#readRegister(target), ~source, true, true);
      case 2:
        return void this.#writeRegister(target, source);
      default:
        if (op & 0x80) this.registers[LR] = this.#next | 1;
        this.#next = (source & ~1) >>> 0;
    }
  }

  #executeTwoRegisters(code: number, low: number, other: number, setFlags: boolean): void {
    const a = this.#readRegister(low);
    const b = this.#readRegister(other);
    const plain = (value: number): ShiftResult => ({ value: value >>> 0, carry: this.#c });
    switch (code) {
      case 0:
        return void this.#setLogicResult(low, plain(a & b), setFlags);
      case 1:
        return void this.#setLogicResult(low, plain(a ^ b), setFlags);
      case 2:
      case 3:
      case 4:
        return void this.#setLogicResult(low, shiftValue(a, code - 2, b & 0xff, this.#c), setFlags);
      case 5:
        return void this.#add(low, a, b, this.#c, setFlags);
      case 6:
        return void this.#add(low, a, ~b, this.#c, setFlags);
      case 7:
        return void this.#setLogicResult(low, shiftValue(a, 3, b & 0xff, this.#c), setFlags);
      case 8:
        return void this.#setLogicResult(NOWHERE, plain(a & b), true);
      case 9:
        return void this.#add(low, ~b, 0, true, setFlags);
      case 10:
        return void this.#add(NOWHERE, a, ~b, true, true);
      case 11:
        return void this.#add(NOWHERE, a, b, false, true);
      case 12:
        return void this.#setLogicResult(low, plain(a | b), setFlags);
      case 13:
        return void this.#setLogicResult(low, plain(Math.imul(a, b)), setFlags);
      case 14:
        return void this.#setLogicResult(low, plain(a & ~b), setFlags);
      default:
        return void this.#setLogicResult(low, plain(~b), setFlags);
    }
  }

  #executeRegisterOffset(code: number, register: number, address: number): void {
    if (code <= 2) return void this.#store(register, address, ([4, 2, 1] as const)[code as 0 | 1 | 2]);
    const size = ([1, 4, 2, 1, 2] as const)[(code - 3) as 0 | 1 | 2 | 3 | 4];
    return void this.#load(register, address, size, code === 3 || code === 7);
  }

  #executeWide(first: number, second: number): void {
    if ((first & 0xf800) === 0xf000)
      return void (second & 0x8000 ? this.#executeBranch(first, second) : this.#executeImmediate(first, second));
    if ((first & 0xfe00) === 0xea00) return void this.#executeShiftedRegister(first, second);
    if ((first & 0xfe00) === 0xf800) return void this.#executeMemoryAccess(first, second);
    return void this.#markUnknown();
  }

  #executeBranch(first: number, second: number): void {
    if ((second & 0x1000) !== 0) {
      const sign = (first >> 10) & 1;
      const high = (+(((second >> 13) & 1) === sign) << 23) | (+(((second >> 11) & 1) === sign) << 22);
      const offset = signExtend((sign << 24) | high | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1), 25);
      if (second & 0x4000) this.registers[LR] = this.#next | 1;
      return void this.#jump(offset);
    }
    // Barriers and hints: nothing here is out of order.
    if ((first & 0xfff0) === 0xf3b0 || (first & 0xfff0) === 0xf3a0) return;
    const condition = (first >> 6) & 15;
    if (condition > 13) return void this.#markUnknown();
    const high = (((first >> 10) & 1) << 20) | (((second >> 11) & 1) << 19) | (((second >> 13) & 1) << 18);
    const offset = signExtend(high | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1), 21);
    if (isConditionMet(condition, this.#readFlags())) this.#jump(offset);
  }

  #executeImmediate(first: number, second: number): void {
    const target = (second >> 8) & 15;
    const imm12 = (((first >> 10) & 1) << 11) | (((second >> 12) & 7) << 8) | (second & 0xff);
    if ((first & 0x200) === 0) {
      const constant = expandImmediate(imm12, this.#c);
      return void this.#compute((first >> 5) & 15, { target, source: first & 15, operand: constant, first });
    }
    const imm16 = ((first & 15) << 12) | imm12;
    switch ((first >> 4) & 0x1f) {
      case 0:
        return void this.#writeRegister(target, this.#readRegister(first & 15) + imm12);
      case 4:
        return void this.#writeRegister(target, imm16);
      case 10:
        return void this.#writeRegister(target, this.#readRegister(first & 15) - imm12);
      case 12:
        return void this.#writeRegister(target, (this.#readRegister(target) & 0xffff) | (imm16 << 16));
      default:
        return void this.#markUnknown();
    }
  }

  #executeShiftedRegister(first: number, second: number): void {
    const amount = (((second >> 12) & 7) << 2) | ((second >> 6) & 3);
    const operand = shiftByImmediate(this.#readRegister(second & 15), (second >> 4) & 3, amount, this.#c);
    return void this.#compute((first >> 5) & 15, { target: (second >> 8) & 15, source: first & 15, operand, first });
  }

  /** Data processing with any second operand (A5.3.1): both wide forms share the codes. */
  #compute(
    code: number,
    {
      target,
      source,
      operand,
      first,
    }: { readonly target: number; readonly source: number; readonly operand: ShiftResult; readonly first: number },
  ): void {
    const setFlags = (first & 0x10) !== 0;
    const a = source === NOWHERE && (code === 2 || code === 3) ? 0 : this.#readRegister(source);
    const b = operand.value;
    const logic = (value: number): void =>
      this.#setLogicResult(target, { value: value >>> 0, carry: operand.carry }, setFlags);
    switch (code) {
      case 0:
        return void logic(a & b);
      case 1:
        return void logic(a & ~b);
      case 2:
        return void logic(a | b);
      case 3:
        return void logic(source === NOWHERE ? ~b : a | ~b);
      case 4:
        return void logic(a ^ b);
      case 8:
        return void this.#add(target, a, b, false, setFlags);
      case 10:
        return void this.#add(target, a, b, this.#c, setFlags);
      case 11:
        return void this.#add(target, a, ~b, this.#c, setFlags);
      case 13:
        return void this.#add(target, a, ~b, true, setFlags);
      case 14:
        return void this.#add(target, ~a, b, true, setFlags);
      default:
        return void this.#markUnknown();
    }
  }

  /** Loads and stores of one register: offset of 12 bits, of 8 bits with write-back, by register, or from beside the code. */
  #executeMemoryAccess(first: number, second: number): void {
    const size = ([1, 2, 4, undefined] as const)[((first >> 5) & 3) as 0 | 1 | 2 | 3];
    const base = first & 15;
    const register = second >> 12;
    if (size === undefined) return void this.#markUnknown();
    const access = (address: number): void =>
      first & 0x10 ? this.#load(register, address, size, (first & 0x100) !== 0) : this.#store(register, address, size);
    const imm12 = second & 0xfff;
    if (base === PC) return void access(((this.#readRegister(PC) & ~3) >>> 0) + (first & 0x80 ? imm12 : -imm12));
    if (first & 0x80) return void access(this.#readRegister(base) + imm12);
    if ((second & 0x800) === 0)
      return void access(this.#readRegister(base) + (this.#readRegister(second & 15) << ((second >> 4) & 3)));
    const moved = this.#readRegister(base) + (second & 0x200 ? second & 0xff : -(second & 0xff));
    access(second & 0x400 ? moved : this.#readRegister(base));
    if (second & 0x100) this.#writeRegister(base, moved);
  }

  #load(register: number, address: number, size: 1 | 2 | 4, isSigned: boolean): void {
    const value = this.#bus.read(address >>> 0, size);
    this.#writeRegister(register, isSigned ? signExtend(value, size * 8) : value);
  }

  #store(register: number, address: number, size: 1 | 2 | 4): void {
    const value = this.#readRegister(register);
    this.#bus.write(address >>> 0, size, size === 4 ? value : value & ((1 << (size * 8)) - 1));
  }

  #setLogicResult(target: number, { value, carry }: ShiftResult, setFlags: boolean): void {
    if (setFlags) {
      this.#n = value >>> 31 === 1;
      this.#z = value === 0;
      this.#c = carry;
    }
    if (target !== NOWHERE) this.#writeRegister(target, value);
  }

  #add(target: number, a: number, b: number, carryIn: boolean, setFlags: boolean): void {
    const { value, carry, overflow } = addWithCarry(a, b, carryIn);
    if (setFlags) {
      this.#n = value >>> 31 === 1;
      this.#z = value === 0;
      this.#c = carry;
      this.#v = overflow;
    }
    if (target !== NOWHERE) this.#writeRegister(target, value);
  }

  #jump(offset: number): void {
    this.#next = (this.registers[PC]! + 4 + offset) >>> 0;
  }

  #markUnknown(): void {
    this.#isUnknown = true;
  }
}
