// Reads recorded traces of the bootloader's own source, and replays them against a virtual bootloader, step by step.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHex, toHex } from '../../src/base/bytes.ts';
import { computeSha256Hex } from '../../src/base/digest.ts';
import type { ControlOutcome } from '../../src/bench/board/virtual-board.ts';
import { type FlashContent, replaceSectorContent } from '../../src/bench/flash/flash-content.ts';
import { FlashMemory, type FlashOperation, flashStatusFlags } from '../../src/bench/flash/flash-memory.ts';
import { FLASH_BASE, stm32f205Sectors } from '../../src/bench/flash/flash-sectors.ts';
import { type BootloaderGeneration, bootloaderGenerations } from '../../src/bench/photon/bootloader-generations.ts';
import type { DctAccess } from '../../src/bench/photon/dfu-media.ts';
import { PhotonBootloader } from '../../src/bench/photon/photon-bootloader.ts';

/** Bytes as a trace writes them: hex, or length and digest, where `rule` says how to make them. */
type TracedBytes = string | { readonly len: number; readonly sha256: string; readonly rule?: string };

interface TracedStep {
  readonly step: number;
  readonly note?: string;
  readonly action?: string;
  readonly content?: TracedBytes;
  readonly setup?: string;
  readonly out?: TracedBytes;
  readonly reply?: TracedBytes;
  readonly at?: string;
  readonly data?: TracedBytes;
  readonly flash?: readonly string[];
  readonly busy_ms?: number;
}

/** Every difference of one scenario, as sentences: on the wire (reply, at, data, what memory holds), and in how it came about. */
export interface ReplayResult {
  readonly scenario: string;
  readonly comparedSteps: number;
  readonly exceptedSteps: number;
  readonly differences: readonly string[];
  /** Flash operations and the time they took, which no host can see. */
  readonly insideDifferences: readonly string[];
}

interface StepDifferences {
  readonly wire: readonly string[];
  readonly inside: readonly string[];
}

const REPLY_WORDS: ReadonlySet<unknown> = new Set(['stall', 'gone', 'hang', 'nak', 'fault', 'babble']);
/** Start and end address of the header that the traces put at 0x08000184. */
const HEADER_START = '00000008103b0008';
/** Sums of fractions of a millisecond may be off by less. */
const ROUNDING_MS = 1e-9;
const DEVICE_ID = parseHex('1f002b000a47343333303531');
/** Version in the header that the traces put into flash, where a trace does not show it; none for the two oldest builds. */
const HEADER_VERSION: Readonly<Record<string, number>> = {
  'v0.4.4': 3,
  'v0.4.7': 6,
  'v0.4.8-rc.1': 6,
  'v0.4.9': 7,
  'v0.5.2': 7,
  'v0.6.0': 8,
  'v0.6.3': 11,
  'v0.7.0': 101,
  'v1.4.4': 405,
  'v2.3.1': 1006,
};

/** Scenarios of one generation's folder, by name. */
export function tracesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));
}

/** Replays one file against the generation that its first line names; throws Error when there is no such personality. */
export function replay(file: string): ReplayResult {
  const [head, ...steps] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  if (!(head.generation in bootloaderGenerations)) throw new Error(`${file}: no personality ${head.generation}`);
  const subject = new TracedBootloader(head.generation, headerVersionIn(steps) ?? HEADER_VERSION[head.generation]);
  const differences: string[] = [];
  const insideDifferences: string[] = [];
  let exceptedSteps = 0;
  for (const step of steps as TracedStep[]) {
    const found = step.setup === undefined ? { wire: subject.act(step), inside: [] } : subject.ask(step);
    const told = (text: string): string => `${head.scenario} step ${step.step} (${step.note ?? ''}): ${text}`;
    if (/model/i.test(step.note ?? '')) exceptedSteps += 1;
    else {
      differences.push(...found.wire.map(told));
      insideDifferences.push(...found.inside.map(told));
    }
  }
  const comparedSteps = steps.length - exceptedSteps;
  return { scenario: head.scenario, comparedSteps, exceptedSteps, differences, insideDifferences };
}

class TracedBootloader {
  readonly #flash: FlashMemory;
  readonly #program: PhotonBootloader;
  readonly #dct = Uint8Array.from({ length: 0x4000 }, (_, at) => 0x40 + (at & 63));
  #dctMode: 'plain' | 'absent' | 'fails' = 'plain';
  #gone = false;
  #happened: string[] = [];

  constructor(generation: BootloaderGeneration, headerVersion: number | undefined) {
    this.#flash = new FlashMemory(initialContent(headerVersion));
    this.#flash.onOperation = (operation) => this.#note(operation);
    this.#program = new PhotonBootloader({
      generation,
      platform: 'photon',
      deviceId: DEVICE_ID,
      dct: this.#dctAccess(generation),
      hardware: {
        flash: this.#flash,
        reset: () => {
          this.#gone = true;
        },
        reconnect: () => {},
        sendSerial: () => {},
      },
    });
  }

  ask(step: TracedStep): StepDifferences {
    this.#happened = [];
    const outcome: ControlOutcome = this.#gone
      ? { reply: 'gone', data: new Uint8Array(0), busyMs: 0 }
      : this.#program.handleControlTransfer(parseHex(step.setup!), bytesOf(step.out ?? ''));
    return {
      wire: [...compareReply(step, outcome), ...compare('at', step.at, outcome.at)],
      inside: [
        ...compare('flash', (step.flash ?? []).join('; '), this.#happened.join('; ')),
        ...compare('busy_ms', step.busy_ms ?? 0, Math.ceil(outcome.busyMs - ROUNDING_MS)),
      ],
    };
  }

  act({ action, content, reply }: TracedStep): readonly string[] {
    const words = action!.split(/[ ,]+/);
    if (action === 'bus reset') this.#program.handleBusReset();
    else if (action!.startsWith('systick')) return this.#wait(Number(words[1]), reply);
    else if (action!.startsWith('observe flash')) return this.#observe(words[2]!, content!);
    else if (action!.startsWith('observe dct')) return this.#observeDct(words[2]!, content!);
    else if (action === 'fault removed') this.#flash.removeFaults();
    else if (action!.startsWith('fault: every erase')) this.#failErase(words);
    else if (action!.startsWith('fault: programming')) this.#failProgram(words);
    else if (action!.startsWith('FLASH_SR')) this.#flash.raiseStatusFlags(flashStatusFlags.sequenceError);
    else if (action!.startsWith('option bytes')) this.#protect(action!);
    else if (action!.startsWith('DCT write returns')) this.#dctMode = 'fails';
    else if (action!.startsWith('DCT functions not')) this.#dctMode = 'absent';
    else return [`no such action: ${action}`];
    return [];
  }

  #wait(ms: number, reply: unknown): readonly string[] {
    const wasGone = this.#gone;
    if (!this.#gone) this.#program.advanceTime(ms);
    return compare('reply', reply, this.#gone && !wasGone ? 'gone' : 'none');
  }

  #observe(where: string, content: TracedBytes): readonly string[] {
    const [address, length] = where.split('+').map(Number);
    return compareBytes('content', content, this.#flash.read(address!, length!));
  }

  #observeDct(where: string, content: TracedBytes): readonly string[] {
    const [offset, length] = where.split('+').map(Number);
    return compareBytes('content', content, this.#dct.subarray(offset!, offset! + length!));
  }

  /** fault: every erase of sector 5 -> slow 6000 */
  #failErase(words: readonly string[]): void {
    const [kind, amount] = [words[7]!, Number(words[8])];
    const sector = Number(words[5]);
    if (kind === 'slow') this.#flash.injectEraseFault(sector, { kind, ms: amount });
    else if (kind === 'partial') this.#flash.injectEraseFault(sector, { kind, offset: amount });
    else this.#flash.injectEraseFault(sector, { kind: kind as 'silent' });
  }

  /** fault: programming word 0x08020200 -> flip 65536, 1 time(s) */
  #failProgram(words: readonly string[]): void {
    const address = Number(words[3]);
    const times = words.at(-1) === 'always' ? Number.POSITIVE_INFINITY : Number(words.at(-2));
    if (words[5] === 'flip') this.#flash.injectProgramFault(address, { kind: 'flip', mask: Number(words[6]) }, times);
    else this.#flash.injectProgramFault(address, { kind: words[5] as 'drop' }, times);
  }

  #protect(action: string): void {
    const nWrp = Number(/nWRP (0x[0-9a-f]+)/.exec(action)![1]);
    this.#flash.programOptionBytes({ nWrp });
  }

  #dctAccess(generation: BootloaderGeneration): DctAccess {
    return {
      read: (offset, length) => (this.#dctMode === 'absent' ? undefined : this.#dct.slice(offset, offset + length)),
      write: (offset, bytes) => {
        const head = `dct_write off=${offset} len=${bytes.length}`;
        if (this.#dctMode === 'absent') this.#happened.push('dct functions absent: write refused');
        else if (this.#dctMode === 'fails') this.#happened.push(`${head} fails`);
        else this.#happened.push(`${head} first=${toHex(bytes.subarray(0, 1))}`);
        if (this.#dctMode !== 'plain') return 'refused';
        this.#dct.set(bytes, offset);
        return 'ok';
      },
      onPartWritten: () => {
        if (generation === 'v1.4.4' || generation === 'v2.3.1') this.#happened.push('dct_reload_functions');
      },
    };
  }

  #note(operation: FlashOperation): void {
    const text = inWords(operation);
    const before = this.#happened.at(-1);
    const merged = before === undefined ? undefined : joined(before, text);
    if (merged) this.#happened[this.#happened.length - 1] = merged;
    else this.#happened.push(text);
  }
}

/** The header is part of what a trace starts from: it stands in the answer of 24 bytes, where there is one. */
function headerVersionIn(steps: readonly TracedStep[]): number | undefined {
  const answer = steps.find((step) => typeof step.reply === 'string' && step.reply.startsWith(HEADER_START));
  return answer && new DataView(parseHex(answer.reply as string).buffer).getUint16(10, true);
}

/** Byte at offset o is (o ^ o>>8 ^ o>>16) & 255, with a small module header where a bootloader has one. */
function initialContent(headerVersion: number | undefined): FlashContent {
  const sectors = stm32f205Sectors.map((sector) => (): Uint8Array => pattern(sector.address, sector.sizeBytes));
  const content: FlashContent = sectors;
  if (headerVersion === undefined) return content;
  return replaceSectorContent(content, 0, () => {
    const bytes = pattern(FLASH_BASE, 0x4000);
    const version = headerVersion.toString(16).padStart(4, '0');
    const header = `${HEADER_START}0000${version.slice(2)}${version.slice(0, 2)}06000200`.padEnd(48, '0');
    bytes.set(parseHex(header), 0x184);
    return bytes;
  });
}

function pattern(address: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => {
    const offset = address - FLASH_BASE + at;
    return (offset ^ (offset >> 8) ^ (offset >> 16)) & 255;
  });
}

function inWords(operation: FlashOperation): string {
  if (operation.kind === 'option-bytes') {
    const { before, after } = operation;
    return `option bytes nWRP 0x${before.nWrp.toString(16)} -> 0x${after.nWrp.toString(16)}`;
  }
  const { result } = operation;
  const what =
    operation.kind === 'erase'
      ? `erase ${hex(operation.sector.address)} s${operation.sector.number}`
      : `program ${hex(operation.address)}+${operation.sizeBytes}`;
  if (result === 'ok') return `${what} ok`;
  if (result === 'unaligned') return `${what} PGPERR unaligned (model)`;
  if (result === 'write-protected')
    return `${what} WRPERR${operation.kind === 'erase' ? ' sector write-protected' : ''}`;
  switch (result.kind) {
    case 'silent':
      return `${what} reported ok, cells unchanged`;
    case 'drop':
      return `${what} reported ok, cell unchanged`;
    case 'flip':
      return `${what} reported ok, wrong bits stored`;
    case 'hang':
      return `${what} BSY for ever`;
    case 'slow':
      return `${what} ok slow ${result.ms}ms`;
    case 'partial':
      return `${what} reported ok, bit 0 at +0x${result.offset.toString(16)} stays 0`;
    default:
      return `${what} fails ${result.kind}`;
  }
}

/** Good words that follow one another are one entry of a trace. */
function joined(before: string, after: string): string | undefined {
  const form = /^program (0x[0-9a-f]{8})\+(\d+) ok$/;
  const [first, second] = [form.exec(before), form.exec(after)];
  if (!first || !second || Number(first[1]) + Number(first[2]) !== Number(second[1])) return undefined;
  return `program ${first[1]}+${Number(first[2]) + Number(second[2])} ok`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function bytesOf(traced: TracedBytes): Uint8Array {
  if (typeof traced === 'string') return parseHex(traced);
  const start = Number(/^\(i\*7\+(\d+)\)&255$/.exec(traced.rule ?? '')?.[1]);
  const bytes = Uint8Array.from({ length: traced.len }, (_, at) => (at * 7 + start) & 255);
  if (computeSha256Hex(bytes) !== traced.sha256) throw new Error(`cannot make bytes of rule "${traced.rule}"`);
  return bytes;
}

function compareReply(step: TracedStep, outcome: ControlOutcome): readonly string[] {
  if (REPLY_WORDS.has(step.reply)) {
    return [...compare('reply', step.reply, outcome.reply), ...compareBytes('data', step.data ?? '', outcome.data)];
  }
  if (outcome.reply !== 'ok') return compare('reply', 'ok', outcome.reply);
  return compareBytes('reply', step.reply ?? '', outcome.data);
}

function compareBytes(what: string, expected: TracedBytes, actual: Uint8Array): readonly string[] {
  if (typeof expected === 'string') return compare(what, expected, toHex(actual));
  return compare(
    what,
    `${expected.len} bytes ${expected.sha256}`,
    `${actual.length} bytes ${computeSha256Hex(actual)}`,
  );
}

function compare(what: string, expected: unknown, actual: unknown): readonly string[] {
  return expected === actual ? [] : [`${what} is ${String(actual)}, recorded ${String(expected)}`];
}
