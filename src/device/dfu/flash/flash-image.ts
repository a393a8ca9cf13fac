// Flashes one image: compare, erase, write, read back, with every sector's fate and every failure's place.
import { formatHex32 } from '../../../base/bytes.ts';
import type { FlashImageEvidence, ReadBackEvidence, SectorStatus } from '../../../domain/run/evidence.ts';
import type { Failure } from '../../../domain/run/failure.ts';
import { type DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { type DfuseSector, findSectorAt, type MemoryMap } from '../protocol/memory-map.ts';
import { toDfuFailure } from '../session/dfu-failure.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { buildReadBackEvidence, compareFlash, type FlashComparison } from './compare-flash.ts';
import { type DownloadPlan, limitDownloadPlan, type PlannedBytes, planDownload } from './download-plan.ts';
import { SectorStatuses } from './sector-statuses.ts';

/** What is to be in flash. `sha256` is the published file's, for the record. */
export interface FlashInput {
  readonly name: string;
  readonly sha256: string;
  readonly segments: readonly PlannedBytes[];
  readonly alternate: number;
}

type FlashStage = 'compare' | 'erase' | 'write' | 'verify';

export interface FlashOptions {
  /** Leave sectors alone whose read-back already holds the image; default true. */
  readonly keepIdentical?: boolean;
  /** `done` and `total` in bytes of the stage. */
  readonly onProgress?: (stage: FlashStage, done: number, total: number) => void;
  /** Awaited once before the first erase; not called when nothing has to be erased. */
  readonly intend?: (intent: { image: string; address: number; sizeBytes: number }) => Promise<void>;
}

/** What happened. A failure of the unit is a value here; what is thrown is the station's trouble or the signal's reason. */
export interface FlashReport {
  readonly flash: FlashImageEvidence;
  /** Null when the run ended before the comparison. */
  readonly readBack: ReadBackEvidence | null;
  /** Class requests per stage: what `flashline bench` counts. */
  readonly transfers: Readonly<Record<FlashStage, number>>;
  readonly failure: Failure | null;
}

/**
 * Flashes an image into the memory of its alternate setting and proves it by reading everything back. Plans first: an
 * image that the memory does not take fails before the first transfer. A stall, a silence or a departure in erase or
 * write is the unit's failure and is not asked about again. Needs and leaves the device in dfuIDLE, unless it failed.
 */
export async function flashImage(
  session: DfuSession,
  input: FlashInput,
  options: FlashOptions = {},
): Promise<FlashReport> {
  const job = new FlashJob(session, input, options);
  try {
    const { map } = session.requireMemory(input.alternate);
    return await job.run(map);
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return job.buildFailedReport(error);
  }
}

const NO_MAP: MemoryMap = { name: '', sectors: [] };

/** One flashing from first comparison to last; keeps the times, the counts and the map. */
class FlashJob {
  readonly #session: DfuSession;
  readonly #input: FlashInput;
  readonly #options: FlashOptions;
  readonly #durationMs: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  readonly #transfers: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  #map = NO_MAP;
  #fates = new SectorStatuses(NO_MAP);
  #blockCount = 0;

  constructor(session: DfuSession, input: FlashInput, options: FlashOptions) {
    this.#session = session;
    this.#input = input;
    this.#options = options;
  }

  async run(map: MemoryMap): Promise<FlashReport> {
    this.#map = map;
    this.#fates = new SectorStatuses(map);
    const session = this.#session;
    const whole = planDownload({
      segments: this.#input.segments,
      map,
      transferSizeBytes: session.identity.transferSizeBytes,
      firstFreeAddress: this.#input.alternate === 0 ? session.fingerprint.firstFreeAddress : 0,
    });
    this.#blockCount = whole.blockCount;
    await session.selectMemory(this.#input.alternate);
    const found = await this.#compareBefore(whole);
    const plan = found ? limitDownloadPlan(whole, found.differing) : whole;
    if (found && plan.sectors.length === 0) return this.#buildReport(true, found);
    await this.#recordWriteIntent(whole);
    await this.#erase(plan);
    await this.#write(plan);
    return this.#verify(plan);
  }

  /** The report of a run that an error ended. */
  async buildFailedReport(error: DfuError): Promise<FlashReport> {
    const needsLook = error.kind === 'gone' || error.kind === 'silent' || error.kind === 'stalled';
    const afterwards = needsLook ? await this.#session.observePostFailureState() : undefined;
    if (error.kind !== 'memory-map') this.#markFailed(error.site);
    const report = this.#buildReport(false, null);
    const failure = toDfuFailure(error, {
      image: this.#input.name,
      ...(afterwards !== undefined && { afterwards }),
      evidence: [this.#session.buildTransferLogEvidence(), report.flash],
    });
    return { ...report, failure };
  }

  /** What is there already; undefined when it does not matter. Identical sectors count as verified. */
  async #compareBefore(plan: DownloadPlan): Promise<FlashComparison | undefined> {
    if (this.#options.keepIdentical === false) return undefined;
    const found = await this.#runStage('compare', () => this.#compare(plan, 'compare', true));
    const toWrite = limitDownloadPlan(plan, found.differing).sectors;
    this.#mark(
      plan.sectors.filter((sector) => !toWrite.includes(sector)),
      'verified',
    );
    return found;
  }

  async #recordWriteIntent(plan: DownloadPlan): Promise<void> {
    const address = plan.runs[0]!.address;
    await this.#options.intend?.({ image: this.#input.name, address, sizeBytes: plan.sizeBytes });
  }

  #erase(plan: DownloadPlan): Promise<void> {
    return this.#runStage('erase', async () => {
      const total = plan.sectors.reduce((sum, sector) => sum + sector.sizeBytes, 0);
      const progress = this.#createProgress('erase', total);
      for (const { index, address, sizeBytes } of plan.sectors) {
        const startedMs = this.#session.clock.readMonotonicMs();
        await this.#session.erase(address, index);
        this.#fates.markErased(index, Math.round(this.#session.clock.readMonotonicMs() - startedMs));
        progress(sizeBytes);
      }
    });
  }

  #write(plan: DownloadPlan): Promise<void> {
    return this.#runStage('write', async () => {
      const progress = this.#createProgress('write', countPlanBytes(plan));
      for (const run of plan.runs) {
        await this.#session.setAddress(run.address, { stage: 'write', command: 'SET_ADDRESS' });
        for (const block of run.blocks) {
          const site: DfuSite = { stage: 'write', command: 'DNLOAD', address: block.address, block: block.block };
          await this.#session.write(block.number, block.bytes, site);
          this.#fates.mark(block.sectors, 'written');
          progress(block.bytes.length);
        }
      }
      await this.#session.endTransfer({ stage: 'write', command: 'ABORT' });
    });
  }

  async #verify(plan: DownloadPlan): Promise<FlashReport> {
    const comparison = await this.#runStage('verify', () => this.#compare(plan, 'verify', false));
    this.#mark(plan.sectors, 'verified');
    this.#fates.mark(comparison.differing, 'mismatch');
    const report = this.#buildReport(false, comparison);
    return comparison.differentByteCount === 0
      ? report
      : { ...report, failure: this.#buildMismatchFailure(comparison, report) };
  }

  #compare(plan: DownloadPlan, stage: FlashStage, sectorsOnly: boolean): Promise<FlashComparison> {
    const progress = this.#createProgress(stage, countPlanBytes(plan));
    return compareFlash(this.#session, plan, this.#map, {
      sectorsOnly,
      onBlock: (block) => progress(block.bytes.length),
    });
  }

  #buildMismatchFailure(comparison: FlashComparison, report: FlashReport): Failure {
    const address = comparison.firstDifferentAddress!;
    const shown = (hex: string): string => hex.slice(0, 8);
    const sector = findSectorAt(this.#map, address);
    return {
      code: 'dfu/verify-mismatch',
      message: `${comparison.differentByteCount} of ${countInputBytes(this.#input)} bytes differ after writing, the first at ${formatHex32(address)}: ${shown(comparison.expectedHex)} was written, ${shown(comparison.actualHex)} is read`,
      site: { image: this.#input.name, command: 'UPLOAD', address, ...(sector && { sector: sector.index }) },
      evidence: [report.readBack!, report.flash],
    };
  }

  #buildReport(skipped: boolean, comparison: FlashComparison | null): FlashReport {
    const { name, sha256, segments, alternate } = this.#input;
    const durationMs = this.#durationMs;
    return {
      flash: {
        kind: 'flash-image',
        ...{ image: name, sha256, alternate, skipped },
        address: segments[0]?.address ?? 0,
        sizeBytes: countInputBytes(this.#input),
        eraseMs: Math.round(durationMs.erase),
        programMs: Math.round(durationMs.write),
        verifyMs: Math.round(durationMs.compare + durationMs.verify),
        transferCount: Object.values(this.#transfers).reduce((sum, count) => sum + count, 0),
        blockCount: this.#blockCount,
        sectors: this.#fates.listSectorStatuses(),
      },
      readBack: comparison && buildReadBackEvidence(name, comparison),
      transfers: { ...this.#transfers },
      failure: null,
    };
  }

  #mark(sectors: readonly DfuseSector[], fate: SectorStatus['fate']): void {
    this.#fates.mark(
      sectors.map((sector) => sector.index),
      fate,
    );
  }

  #markFailed({ stage, address }: DfuSite): void {
    const sector = address === undefined ? undefined : findSectorAt(this.#map, address);
    if (sector && stage === 'erase') this.#mark([sector], 'erase-failed');
    if (sector && stage === 'write') this.#mark([sector], 'write-failed');
  }

  async #runStage<Answer>(stage: FlashStage, run: () => Promise<Answer>): Promise<Answer> {
    const startedMs = this.#session.clock.readMonotonicMs();
    const startCount = this.#session.transfers.count;
    try {
      return await run();
    } finally {
      this.#durationMs[stage] += this.#session.clock.readMonotonicMs() - startedMs;
      this.#transfers[stage] += this.#session.transfers.count - startCount;
    }
  }

  #createProgress(stage: FlashStage, total: number): (bytes: number) => void {
    let done = 0;
    return (bytes) => {
      done += bytes;
      this.#options.onProgress?.(stage, done, total);
    };
  }
}

function countPlanBytes(plan: DownloadPlan): number {
  return plan.runs.reduce((sum, run) => sum + run.blocks.reduce((part, block) => part + block.bytes.length, 0), 0);
}

function countInputBytes(input: FlashInput): number {
  return input.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
}
