// A debug probe by way of OpenOCD 0.12: one process per operation, judged by its exit code and its explicit success line.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex32 } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { ProbeEvidence } from '../../model/evidence.ts';
import type {
  DebugProbe,
  FlashDone,
  FlashRequest,
  ProbeFailure,
  ProbeFailureCode,
  ProbeOptions,
  ProbeOutcome,
  ProbeTarget,
} from '../debug-probe.ts';
import { allSectors, FLASH_END, FLASH_START, rangesOf, sectorPlace, sectorsOf } from '../stm32f2-sectors.ts';
import {
  firstComplaint,
  LOWEST_SUPPLY_MV,
  nameFailure,
  type ReadRun,
  readBlank,
  readOptions,
  readRun,
  readUniqueId,
  stationTrouble,
} from './openocd-judge.ts';
import { type ProbeAddress, probeCommands, probeName } from './openocd-probes.ts';
import { type OpenocdRun, runOpenocd } from './openocd-process.ts';
import { SCRIPT_NAME, script } from './openocd-script.ts';
import { chunkBytesOf, stageTimes } from './openocd-stages.ts';

/** Longer than OpenOCD’s own patience with an erase (10,000 polls: 12 s, 40 s on a busy core), so that it can tell itself what is wrong. */
const LIMITS_MS = { look: 20_000, examine: 30_000, flash: 90_000, dump: 60_000, readout: 60_000 } as const;
/** A slow probe moves this much in a second, at the least. */
const LEAST_BYTES_PER_S = 8_192;
/** The reset line is driven before the port is touched: for units whose program has taken the pins. */
const UNDER_RESET = 'reset_config srst_only srst_nogate connect_assert_srst';

export interface OpenocdOptions {
  readonly address: ProbeAddress;
  /** Of the machine, whatever clock the station runs on: another process does the work. */
  readonly clock: Clock;
  /** Found on the path when left out. */
  readonly program?: string;
  /** In place of the limit of each operation. */
  readonly timeoutMs?: number;
}

/** A probe that OpenOCD works. Its operations run one at a time; the caller sees to that. */
export function openocdProbe(options: OpenocdOptions): DebugProbe {
  return new OpenocdProbe(options);
}

/** A process that came to an end of which the unit's state can be told. */
interface Judged {
  readonly run: OpenocdRun;
  readonly read: ReadRun;
  readonly evidence: ProbeEvidence;
}

interface Deed {
  readonly operation: string;
  /** The call of the script's procedure. */
  readonly call: string;
  readonly limitMs: number;
  readonly underReset: boolean;
  /** That it writes to. */
  readonly sectors?: readonly number[];
}

/** `failure` is the unit's; null when the deed was done. */
type Reached = Judged & { readonly underReset: boolean; readonly failure: ProbeFailure | null };

type Looked = Judged & {
  readonly underReset: boolean;
  readonly target: Omit<ProbeTarget, 'blankSectors' | 'isFlashReadable'>;
};

class OpenocdProbe implements DebugProbe {
  readonly name: string;
  readonly #options: OpenocdOptions;

  constructor(options: OpenocdOptions) {
    this.#options = options;
    this.name = probeName(options.address);
  }

  examine(options: ProbeOptions): Promise<ProbeOutcome<ProbeTarget>> {
    return this.#inFolder(async (folder) => {
      const looked = await this.#look(folder, { operation: 'examine', call: 'fl_examine', options });
      if ('ok' in looked) return looked;
      const isFlashReadable = looked.read.facts.get('readable') === 'yes';
      const blankSectors = isFlashReadable ? readBlank(looked.run.lines) : null;
      return { ok: true, value: { ...looked.target, blankSectors, isFlashReadable }, evidence: looked.evidence };
    });
  }

  async flash(request: FlashRequest, options: ProbeOptions): Promise<ProbeOutcome<FlashDone>> {
    const sectors = sectorsOf(request.address, request.bytes.length);
    if (!sectors) throw outOfFlash(request.address, request.bytes.length);
    return await this.#inFolder(async (folder) => {
      const looked = await this.#lookBeforeWriting(folder, options);
      if ('ok' in looked) return looked;
      const found = looked.target.writeProtectedSectors;
      const wanted = request.protectAfterwards ?? found;
      const call = await this.#prepareWrite(folder, request, { sectors, found, wanted });
      const watch = stageTimes(
        this.#options.clock,
        options,
        Math.ceil(request.bytes.length / chunkBytesOf(request.bytes)),
      );
      const limitMs = LIMITS_MS.flash + timeFor(request.bytes.length);
      const done = await this.#reach(
        folder,
        { operation: 'flash', call, limitMs, underReset: looked.underReset, sectors },
        { ...options, onLine: watch.onLine },
      );
      const failure = done.failure ?? this.#notProven(done, request, wanted);
      if (failure) return failure;
      const leftProtected = readOptions(done.read.facts.get('optcr-after')!).protectedSectors;
      return {
        ok: true,
        value: { ...watch.times(), sectors, foundProtected: found, leftProtected },
        evidence: done.evidence,
      };
    });
  }

  async dump(
    { address, sizeBytes }: { readonly address: number; readonly sizeBytes: number },
    options: ProbeOptions,
  ): Promise<ProbeOutcome<Uint8Array>> {
    if (sizeBytes <= 0 || address < FLASH_START || address + sizeBytes > FLASH_END)
      throw outOfFlash(address, sizeBytes);
    return await this.#inFolder(async (folder) => {
      const looked = await this.#look(folder, { operation: 'look', call: 'fl_look', options });
      if ('ok' in looked) return looked;
      if (looked.target.rdpLevel !== 0) return this.#readProtected(looked);
      const call = `fl_dump dump.bin ${hex32(address)} ${sizeBytes}`;
      const { underReset } = looked;
      const limitMs = LIMITS_MS.dump + timeFor(sizeBytes);
      const done = await this.#reach(folder, { operation: 'dump', call, limitMs, underReset }, options);
      if (done.failure) return done.failure;
      const bytes = new Uint8Array(await readFile(join(folder, 'dump.bin')));
      if (bytes.length === sizeBytes) return { ok: true, value: bytes, evidence: done.evidence };
      return this.#failed('swd/read-failed', `${bytes.length} of ${sizeBytes} bytes were read`, done);
    });
  }

  setReadProtection(level: 0 | 1, options: ProbeOptions): Promise<ProbeOutcome<null>> {
    return this.#inFolder(async (folder) => {
      const looked = await this.#look(folder, { operation: 'look', call: 'fl_look', options });
      if ('ok' in looked) return looked;
      const isLow = this.#lowVoltage(looked);
      if (isLow) return isLow;
      const deed = level === 1 ? 'lock' : 'unlock';
      const done = await this.#reach(
        folder,
        { operation: deed, call: `fl_set_readout ${deed}`, limitMs: LIMITS_MS.readout, underReset: looked.underReset },
        options,
      );
      if (done.failure) return done.failure;
      const reached = readOptions(done.read.facts.get('optcr-after')!).rdpLevel;
      if (reached === level) return { ok: true, value: null, evidence: done.evidence };
      const code = level === 1 ? 'swd/lock-failed' : 'swd/unlock-failed';
      return this.#failed(code, `Read protection is at level ${reached}, not ${level}`, done);
    });
  }

  async #inFolder<Result>(deed: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'flashline-swd-'));
    try {
      await writeFile(join(folder, SCRIPT_NAME), script);
      return await deed(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Connects and says what is there. */
  async #look(
    folder: string,
    { operation, call, options }: { readonly operation: string; readonly call: string; readonly options: ProbeOptions },
  ): Promise<Looked | ProbeFailure> {
    const limitMs = operation === 'examine' ? LIMITS_MS.examine : LIMITS_MS.look;
    const reached = await this.#reach(folder, { operation, call, limitMs, underReset: false }, options);
    if (reached.failure) return reached.failure;
    const { facts, supplyMv } = reached.read;
    const { rdpLevel, protectedSectors } = readOptions(facts.get('optcr')!);
    const target = {
      deviceId: hex32(Number(facts.get('device'))),
      flashSizeBytes: Number(facts.get('size')) * 1024,
      uniqueId: readUniqueId(facts.get('uid')!),
      supplyMv,
      rdpLevel,
      writeProtectedSectors: protectedSectors,
    };
    return { ...reached, target };
  }

  /** OpenOCD carries on with a supply that is too low, and tells protection by levels from dead flash by no word of its own. */
  async #lookBeforeWriting(folder: string, options: ProbeOptions): Promise<Looked | ProbeFailure> {
    const looked = await this.#look(folder, { operation: 'look', call: 'fl_look', options });
    if ('ok' in looked) return looked;
    return this.#lowVoltage(looked) ?? (looked.target.rdpLevel === 0 ? looked : this.#readProtected(looked));
  }

  async #prepareWrite(
    folder: string,
    { address, bytes }: FlashRequest,
    {
      sectors,
      found,
      wanted,
    }: { readonly sectors: readonly number[]; readonly found: readonly number[]; readonly wanted: readonly number[] },
  ): Promise<string> {
    await writeFile(join(folder, 'image.bin'), bytes);
    const chunks: string[] = [];
    const chunkBytes = chunkBytesOf(bytes);
    for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
      const file = `chunk-${chunks.length}.bin`;
      await writeFile(join(folder, file), bytes.subarray(offset, offset + chunkBytes));
      chunks.push(`${file} ${hex32(address - FLASH_START + offset)}`);
    }
    const inTheWay = found.filter((sector) => sectors.includes(sector));
    const left = found.filter((sector) => !inTheWay.includes(sector));
    const before = rangesOf(inTheWay, 'off');
    const after = [
      ...rangesOf(
        wanted.filter((sector) => !left.includes(sector)),
        'on',
      ),
      ...rangesOf(
        left.filter((sector) => !wanted.includes(sector)),
        'off',
      ),
    ];
    const span = `${sectors[0]} ${sectors.at(-1)}`;
    return `fl_write ${span} {${chunks.join(' ')}} image.bin ${hex32(address)} {${before.join(' ')}} {${after.join(' ')}}`;
  }

  /**
   * Does the deed; once more under reset when nothing answered, and so nothing was done: a program may have taken the pins,
   * also between two looks, for each lets the unit start.
   */
  async #reach(
    folder: string,
    deed: Deed,
    options: ProbeOptions & { readonly onLine?: (line: string) => void },
  ): Promise<Reached> {
    const { underReset, sectors = [] } = deed;
    const judged = await this.#perform(folder, deed, options);
    const failure = this.#failureOf(judged, sectors);
    if (failure?.code !== 'swd/no-target' || underReset) return { ...judged, underReset, failure };
    return this.#reach(folder, { ...deed, underReset: true }, options);
  }

  async #perform(
    folder: string,
    { operation, call, limitMs, underReset }: Deed,
    options: ProbeOptions & { readonly onLine?: (line: string) => void },
  ): Promise<Judged> {
    const { address, clock, program = 'openocd', timeoutMs = limitMs } = this.#options;
    const commands = [
      'gdb_port disabled; tcl_port disabled; telnet_port disabled',
      ...probeCommands(address),
      'source [find target/stm32f2x.cfg]',
      ...(underReset ? [UNDER_RESET] : []),
      ...stationCommands(),
      `source ${SCRIPT_NAME}`,
      call,
    ];
    const args = commands.flatMap((command) => ['-c', command]);
    const onLine = options.onLine ?? (() => undefined);
    const run = await runOpenocd({ program, args, folder, timeoutMs, signal: options.signal, clock, onLine });
    const read = readRun(run);
    return { run, read, evidence: this.#evidence(operation, run, read, underReset) };
  }

  /** The unit's failure, or null when all went well. Throws StationError for the station's own trouble. */
  #failureOf({ run, read, evidence }: Judged, sectors: readonly number[]): ProbeFailure | null {
    if (read.hasFinished) return null;
    const stage = read.failedStage ?? 'end';
    const trouble = stationTrouble(run, this.name, stage);
    if (trouble) throw trouble;
    const named = nameFailure(run.lines, stage);
    if (!named) throw unknownEnd(this.name, stage, run);
    const sector =
      named.sector ??
      sectors.find((one) => isInSector(one, named.address)) ??
      (/^erase/.test(stage) ? sectors[0] : undefined);
    const { code, address, said } = named;
    const where = { ...(address !== undefined && { address }), ...(sector !== undefined && { sector }) };
    return { ok: false, code, message: `${this.name}, ${stage}: ${said}`, ...where, evidence };
  }

  /** Exit code 0 is not enough: the whole image must have been compared, and the protection be what was asked for. */
  #notProven(done: Judged, { bytes }: FlashRequest, wanted: readonly number[]): ProbeFailure | null {
    if (!done.run.lines.some((line) => line.startsWith(`verified ${bytes.length} bytes`))) {
      return this.#failed('swd/verify-mismatch', 'OpenOCD did not say that it compared the whole image', done);
    }
    const left = readOptions(done.read.facts.get('optcr-after')!).protectedSectors;
    if (left.join() === wanted.join()) return null;
    return this.#failed(
      'swd/unlock-failed',
      `Sectors ${left.join(', ') || 'none'} are write-protected, not ${wanted.join(', ') || 'none'}`,
      done,
    );
  }

  #lowVoltage(looked: Looked): ProbeFailure | null {
    const { supplyMv } = looked.target;
    if (supplyMv === null || supplyMv >= LOWEST_SUPPLY_MV) return null;
    return this.#failed(
      'swd/low-voltage',
      `The unit has ${supplyMv} mV, at least ${LOWEST_SUPPLY_MV} mV are needed`,
      looked,
    );
  }

  #readProtected(looked: Looked): ProbeFailure {
    return this.#failed('swd/read-protected', `Read protection is at level ${looked.target.rdpLevel}`, looked);
  }

  #failed(code: ProbeFailureCode, message: string, { evidence }: Judged): ProbeFailure {
    return { ok: false, code, message, evidence };
  }

  #evidence(operation: string, run: OpenocdRun, read: ReadRun, underReset: boolean): ProbeEvidence {
    const facts = {
      ...Object.fromEntries(read.facts),
      ...(read.supplyMv !== null && { 'supply mV': read.supplyMv }),
      ...(read.facts.has('optcr-open') && {
        'open sectors': openSectors(read.facts.get('optcr-open')!),
      }),
      ...(underReset && { 'under reset': true }),
      ...(read.failedStage !== null && { 'failed stage': read.failedStage }),
      'duration ms': Math.round(run.durationMs),
    };
    const log = run.lines.filter((line) => !line.startsWith('@@ '));
    return { kind: 'probe', operation, probe: this.name, exitCode: run.exitCode, stages: read.stages, facts, log };
  }
}

/** Where the system shows its processes, OpenOCD sees at every stage whether its station is still there. */
function stationCommands(): readonly string[] {
  return existsSync(`/proc/${process.pid}/exe`) ? [`set fl_station ${process.pid}`] : [];
}

function timeFor(sizeBytes: number): number {
  return (1_000 * sizeBytes) / LEAST_BYTES_PER_S;
}

function isInSector(sector: number, address: number | undefined): boolean {
  const place = sectorPlace(sector);
  return address !== undefined && address >= place.address && address < place.address + place.sizeBytes;
}

/** Sectors that may be written, as the option bytes stood when the erase began. */
function openSectors(optcr: string): string {
  const { protectedSectors, rdpLevel } = readOptions(optcr);
  return rdpLevel === 0 ? allSectors.filter((sector) => !protectedSectors.includes(sector)).join(' ') : '';
}

function outOfFlash(address: number, sizeBytes: number): StationError {
  return new StationError({
    code: 'swd/out-of-flash',
    message: `${sizeBytes} bytes at ${hex32(address)} do not lie in flash, or not from the start of a sector`,
    hint: 'correct the address in the recipe',
    kind: 'input',
  });
}

function unknownEnd(probe: string, stage: string, run: OpenocdRun): StationError {
  return new StationError({
    code: 'swd/openocd-confused',
    message: `${probe}: OpenOCD ended with ${run.exitCode} in stage ${stage}: ${firstComplaint(run.lines)}`,
    hint: 'this end is not known: keep the record, and try the probe by hand',
  });
}
