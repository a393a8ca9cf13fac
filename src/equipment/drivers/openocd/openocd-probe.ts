// A debug probe by way of OpenOCD 0.12: one process per operation, judged by its exit code and its explicit success line.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatHex32 } from '../../../base/bytes.ts';
import { StationError } from '../../../base/station-error.ts';
import type { AddressRange } from '../../../domain/run/evidence.ts';
import type {
  DebugProbe,
  FlashDone,
  FlashRequest,
  ProbeFailure,
  ProbeFailureCode,
  ProbeOptions,
  ProbeOutcome,
  ProbeTarget,
} from '../../debug-probe.ts';
import {
  findStm32f2Sectors,
  STM32F2_FLASH_END,
  STM32F2_FLASH_START,
  stm32f2SectorNumbers,
} from '../../stm32f2-sectors.ts';
import { type OpenocdOptions, type OpenocdOutcome, type OpenocdWorkspace, runOpenocdOperation } from './operation.ts';
import { MIN_SUPPLY_MV, parseBlankSectors, parseOptionBytes, parseUniqueId } from './parse-output.ts';
import { formatProbeName } from './probe-address.ts';
import { createStageTimer } from './stage-timer.ts';
import { OPENOCD_SCRIPT_NAME, openocdScript } from './tcl-script.ts';
import { planOpenocdWrite } from './write-plan.ts';

/** Longer than OpenOCD’s own patience with an erase (10,000 polls: 12 s, 40 s on a busy core), so that it can tell itself what is wrong. */
const LIMITS_MS = { look: 20_000, examine: 30_000, flash: 90_000, dump: 60_000, readout: 60_000 } as const;
/** A slow probe moves this much in a second, at the least. */
const MIN_BYTES_PER_S = 8_192;
/** What only connects and says what is there. */
const LOOK_OPERATION = { operation: 'look', call: 'fl_look', limitMs: LIMITS_MS.look } as const;

/** A probe that OpenOCD works. Its operations run one at a time; the caller sees to that. */
export function createOpenocdProbe(options: OpenocdOptions): DebugProbe {
  return new OpenocdProbe(options);
}

type IdentifiedTarget = OpenocdOutcome & {
  readonly underReset: boolean;
  readonly target: Omit<ProbeTarget, 'blankSectors' | 'isFlashReadable'>;
};

class OpenocdProbe implements DebugProbe {
  readonly name: string;
  readonly #options: OpenocdOptions;

  constructor(options: OpenocdOptions) {
    this.#options = options;
    this.name = formatProbeName(options.address);
  }

  examine(options: ProbeOptions): Promise<ProbeOutcome<ProbeTarget>> {
    const examination = { operation: 'examine', call: 'fl_examine', limitMs: LIMITS_MS.examine } as const;
    return this.#withWorkspace(async (workplace) => {
      const looked = await identifyTarget(workplace, options, examination);
      if ('ok' in looked) return looked;
      const isFlashReadable = looked.read.facts.get('readable') === 'yes';
      const blankSectors = isFlashReadable ? parseBlankSectors(looked.run.lines) : null;
      return { ok: true, value: { ...looked.target, blankSectors, isFlashReadable }, evidence: looked.evidence };
    });
  }

  async flash(request: FlashRequest, options: ProbeOptions): Promise<ProbeOutcome<FlashDone>> {
    const pieces = request.segments.map(({ address, bytes }) => ({ address, sizeBytes: bytes.length }));
    const sectors = findStm32f2Sectors(pieces);
    if (!sectors) throw createOutOfFlashError(pieces);
    return await this.#withWorkspace(async (workplace) => {
      const looked = await identifyTargetBeforeWriting(workplace, options);
      if ('ok' in looked) return looked;
      const found = looked.target.writeProtectedSectors;
      const wanted = stm32f2SectorNumbers.filter((sector) => (request.protectAfterwards ?? found).includes(sector));
      const { call, files, chunkCount } = planOpenocdWrite(request, { sectors, found, wanted });
      for (const [file, bytes] of files) await writeFile(join(workplace.folder, file), bytes);
      const watch = createStageTimer(this.#options.clock, options, chunkCount);
      const limitMs = LIMITS_MS.flash + computeTransferTimeMs(pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0));
      const deed = { operation: 'flash', call, limitMs, underReset: looked.underReset, sectors };
      const done = await runOpenocdOperation(workplace, deed, { ...options, onLine: watch.onLine });
      const failure = done.failure ?? findProofFailure(done, request, wanted);
      if (failure) return failure;
      const value = { ...watch.times(), sectors, foundProtected: found, leftProtected: wanted };
      return { ok: true, value, evidence: done.evidence };
    });
  }

  async dump(
    { address, sizeBytes }: { readonly address: number; readonly sizeBytes: number },
    options: ProbeOptions,
  ): Promise<ProbeOutcome<Uint8Array>> {
    if (sizeBytes <= 0 || address < STM32F2_FLASH_START || address + sizeBytes > STM32F2_FLASH_END)
      throw createOutOfFlashError([{ address, sizeBytes }]);
    return await this.#withWorkspace(async (workplace) => {
      const looked = await identifyTarget(workplace, options);
      if ('ok' in looked) return looked;
      if (looked.target.rdpLevel !== 0) return createReadProtectedFailure(looked);
      const call = `fl_dump dump.bin ${formatHex32(address)} ${sizeBytes}`;
      const { underReset } = looked;
      const limitMs = LIMITS_MS.dump + computeTransferTimeMs(sizeBytes);
      const done = await runOpenocdOperation(workplace, { operation: 'dump', call, limitMs, underReset }, options);
      if (done.failure) return done.failure;
      const bytes = new Uint8Array(await readFile(join(workplace.folder, 'dump.bin')));
      if (bytes.length === sizeBytes) return { ok: true, value: bytes, evidence: done.evidence };
      return createProbeFailure('swd/read-failed', `${bytes.length} of ${sizeBytes} bytes were read`, done);
    });
  }

  setReadProtection(level: 0 | 1, options: ProbeOptions): Promise<ProbeOutcome<null>> {
    return this.#withWorkspace(async (workplace) => {
      const looked = await identifyTarget(workplace, options);
      if ('ok' in looked) return looked;
      const isLow = findLowVoltage(looked);
      if (isLow) return isLow;
      const operation = level === 1 ? 'lock' : 'unlock';
      const deed = { operation, call: `fl_set_readout ${operation}`, limitMs: LIMITS_MS.readout };
      const done = await runOpenocdOperation(workplace, { ...deed, underReset: looked.underReset }, options);
      if (done.failure) return done.failure;
      const reached = parseOptionBytes(done.read.facts.get('optcr-after')!).rdpLevel;
      if (reached === level) return { ok: true, value: null, evidence: done.evidence };
      const code = level === 1 ? 'swd/lock-failed' : 'swd/unlock-failed';
      return createProbeFailure(code, `Read protection is at level ${reached}, not ${level}`, done);
    });
  }

  /** A folder for one operation, with the script in it; it goes away with the operation. */
  async #withWorkspace<Result>(operation: (workplace: OpenocdWorkspace) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'flashline-swd-'));
    try {
      await writeFile(join(folder, OPENOCD_SCRIPT_NAME), openocdScript);
      return await operation({ ...this.#options, folder });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Connects and says what is there. */
async function identifyTarget(
  workplace: OpenocdWorkspace,
  options: ProbeOptions,
  deed: { readonly operation: string; readonly call: string; readonly limitMs: number } = LOOK_OPERATION,
): Promise<IdentifiedTarget | ProbeFailure> {
  const reached = await runOpenocdOperation(workplace, { ...deed, underReset: false }, options);
  if (reached.failure) return reached.failure;
  const { facts, supplyMv } = reached.read;
  const { rdpLevel, protectedSectors } = parseOptionBytes(facts.get('optcr')!);
  const target = {
    deviceId: formatHex32(Number(facts.get('device'))),
    flashSizeBytes: Number(facts.get('size')) * 1024,
    uniqueId: parseUniqueId(facts.get('uid')!),
    supplyMv,
    rdpLevel,
    writeProtectedSectors: protectedSectors,
  };
  return { ...reached, target };
}

/** OpenOCD carries on with a supply that is too low, and tells protection by levels from dead flash by no word of its own. */
async function identifyTargetBeforeWriting(
  workplace: OpenocdWorkspace,
  options: ProbeOptions,
): Promise<IdentifiedTarget | ProbeFailure> {
  const looked = await identifyTarget(workplace, options);
  if ('ok' in looked) return looked;
  return findLowVoltage(looked) ?? (looked.target.rdpLevel === 0 ? looked : createReadProtectedFailure(looked));
}

/** Exit code 0 is not enough: the whole image must have been compared, and the protection be what was asked for. */
function findProofFailure(
  done: OpenocdOutcome,
  { segments }: FlashRequest,
  wanted: readonly number[],
): ProbeFailure | null {
  const compared = done.run.lines.flatMap((line) => /^verified (\d+) bytes/.exec(line)?.[1] ?? []);
  if (compared.join() !== segments.map(({ bytes }) => bytes.length).join()) {
    return createProbeFailure('swd/verify-mismatch', 'OpenOCD did not say that it compared the whole image', done);
  }
  const left = parseOptionBytes(done.read.facts.get('optcr-after')!).protectedSectors;
  if (left.join() === wanted.join()) return null;
  const message = `Sectors ${left.join(', ') || 'none'} are write-protected, not ${wanted.join(', ') || 'none'}`;
  return createProbeFailure('swd/unlock-failed', message, done);
}

function findLowVoltage(looked: IdentifiedTarget): ProbeFailure | null {
  const { supplyMv } = looked.target;
  if (supplyMv === null || supplyMv >= MIN_SUPPLY_MV) return null;
  const message = `The unit has ${supplyMv} mV, at least ${MIN_SUPPLY_MV} mV are needed`;
  return createProbeFailure('swd/low-voltage', message, looked);
}

function createReadProtectedFailure(looked: IdentifiedTarget): ProbeFailure {
  return createProbeFailure('swd/read-protected', `Read protection is at level ${looked.target.rdpLevel}`, looked);
}

function createProbeFailure(code: ProbeFailureCode, message: string, { evidence }: OpenocdOutcome): ProbeFailure {
  return { ok: false, code, message, evidence };
}

function computeTransferTimeMs(sizeBytes: number): number {
  return (1_000 * sizeBytes) / MIN_BYTES_PER_S;
}

function createOutOfFlashError(pieces: readonly AddressRange[]): StationError {
  const isOutside = ({ address, sizeBytes }: AddressRange): boolean =>
    address < STM32F2_FLASH_START || address + sizeBytes > STM32F2_FLASH_END;
  const { address, sizeBytes } = pieces.find(isOutside) ?? pieces[0] ?? { address: 0, sizeBytes: 0 };
  return new StationError({
    code: 'swd/out-of-flash',
    message: `${sizeBytes} bytes at ${formatHex32(address)} do not lie in flash`,
    hint: 'correct the address in the recipe',
  });
}
