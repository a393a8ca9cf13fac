// Flashes one image: compare, erase, write, read back, with every sector's fate and every failure's place.

import { type DfuseSector, findSectorAt, type MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { FlashImageEvidence, ReadBackEvidence, SectorStatus } from '../../../domain/run/evidence.ts';
import type { Failure } from '../../../domain/run/failure.ts';
import { countImageBytes, type FirmwareSegment } from '../../firmware/firmware-image.ts';
import {
  findFirstUsedAddress,
  findSectorRests,
  joinRanges,
  type RestPolicy,
  toRanges,
} from '../../firmware/sector-rest.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { type DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { toDfuFailure } from '../session/dfu-failure.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { buildReadBackEvidence, compareFlash, type FlashComparison, hideOtherBytes } from './compare-flash.ts';
import { buildMismatchFailure, buildNotBlankFailure } from './content-failures.ts';
import { type DownloadPlan, limitDownloadPlan, planDownload, requireRoom } from './download-plan.ts';
import { findFlashWordBytes } from './flash-word.ts';
import { SectorContent } from './sector-content.ts';
import { SectorStatuses } from './sector-statuses.ts';

/** What is to be in one memory. `sha256` is the published file's, for the record. */
export interface FlashInput {
  readonly name: string;
  readonly sha256: string;
  /** Sorted and disjoint; what is between them is not the image's. */
  readonly segments: readonly FirmwareSegment[];
  readonly alternate: number;
}

type FlashStage = 'compare' | 'erase' | 'write' | 'verify';

export interface FlashOptions {
  /** Leave sectors alone whose read-back already holds the image; default true. */
  readonly keepIdentical?: boolean;
  /** What becomes of the rest of a sector that the image fills in part; default `erase`. */
  readonly restOfSector?: RestPolicy;
  /** What the flash programs at once, where the recipe knows it better than the memory map tells. */
  readonly wordBytes?: number | null;
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
 * Flashes an image into the memory of its alternate setting and proves it by reading everything back. Only sectors that
 * hold a byte of it are erased. Plans first: an image that the memory does not take fails before the first transfer. A
 * stall, a silence or a departure in erase or write is the unit's failure and is not asked about again. Needs and leaves
 * the device in dfuIDLE, unless it failed.
 */
export async function flashImage(
  session: DfuSession,
  input: FlashInput,
  options: FlashOptions = {},
): Promise<FlashReport> {
  const job = new FlashJob(session, input, options);
  try {
    return await job.run();
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return job.buildFailedReport(error);
  }
}

/** Throws DfuError `memory-map` when the unit's own map does not take the image; nothing is asked of the unit. */
export function requireMemoryFor(session: DfuSession, { segments, alternate }: FlashInput): MemoryMap {
  const { map } = session.requireMemory(alternate);
  requireRoom({ segments, map, firstFreeAddress: findFirstFreeAddress(session, alternate), wordBytes: 1 });
  return map;
}

function findFirstFreeAddress(session: DfuSession, alternate: number): number {
  return alternate === 0 ? session.fingerprint.firstFreeAddress : 0;
}

const NO_MAP: MemoryMap = { name: '', sectors: [] };

/** One flashing from first comparison to last; keeps the times, the counts and the map. */
class FlashJob {
  readonly #session: DfuSession;
  readonly #input: FlashInput;
  readonly #options: FlashOptions;
  readonly #durationMs: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  readonly #transfers: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  readonly #erased: DfuseSector[] = [];
  #map = NO_MAP;
  #fates = new SectorStatuses(NO_MAP);
  #blockCount = 0;
  #isRestProved = false;

  constructor(session: DfuSession, input: FlashInput, options: FlashOptions) {
    this.#session = session;
    this.#input = input;
    this.#options = options;
  }

  async run(): Promise<FlashReport> {
    const { alternate, segments } = this.#input;
    const map = requireMemoryFor(this.#session, this.#input);
    this.#map = map;
    this.#fates = new SectorStatuses(map);
    const wordBytes = this.#options.wordBytes ?? findFlashWordBytes(map);
    const content = new SectorContent(this.#session, { segments, alternate, wordBytes });
    await this.#session.selectMemory(alternate);
    const whole = this.#plan(await this.#runStage('compare', () => content.readWholeWords()), wordBytes);
    this.#blockCount = whole.blockCount;
    const found = await this.#compareBefore(whole);
    const plan = found ? limitDownloadPlan(whole, found.differing) : whole;
    if (found && plan.sectors.length === 0) return this.#buildReport(true, found);
    const rests = await this.#readRests(content, plan);
    const usedAddress = this.#options.restOfSector === 'refuse' ? findFirstUsedAddress(rests) : undefined;
    if (usedAddress !== undefined) {
      const report = this.#buildReport(false, null);
      return { ...report, failure: buildNotBlankFailure(usedAddress, { map, flash: report.flash }) };
    }
    await this.#recordWriteIntent(whole);
    await this.#erase(plan);
    const { write, verify } = await this.#planWriting(content, plan, { rests, wordBytes });
    await this.#write(write);
    return this.#verify(verify);
  }

  #plan(segments: readonly FirmwareSegment[], wordBytes: number): DownloadPlan {
    const { transferSizeBytes, hasShortBlocks } = this.#session.identity;
    const firstFreeAddress = findFirstFreeAddress(this.#session, this.#input.alternate);
    return planDownload({ segments, map: this.#map, transferSizeBytes, hasShortBlocks, firstFreeAddress, wordBytes });
  }

  /** What erasing these sectors would take along, where the recipe does not leave that to the erase. */
  async #readRests(content: SectorContent, { sectors }: DownloadPlan): Promise<readonly FirmwareSegment[]> {
    if ((this.#options.restOfSector ?? 'erase') === 'erase') return [];
    const erased = sectors.filter(({ erasable }) => erasable);
    return this.#runStage('compare', () => content.readRests(erased));
  }

  /** Once the sectors are erased: the image with what is kept, or with what erased flash reads in the gaps of its words. */
  async #planWriting(
    content: SectorContent,
    plan: DownloadPlan,
    { rests, wordBytes }: { readonly rests: readonly FirmwareSegment[]; readonly wordBytes: number },
  ): Promise<{ readonly write: DownloadPlan; readonly verify: DownloadPlan }> {
    if (this.#options.restOfSector === 'keep') {
      const { written, expected } = content.merge(plan.sectors, rests);
      return { write: this.#plan(written, wordBytes), verify: this.#plan(expected, wordBytes) };
    }
    if (!content.hasWordGaps) return { write: plan, verify: plan };
    const segments = await this.#runStage('write', () => content.readWholeWords());
    const filled = limitDownloadPlan(
      this.#plan(segments, wordBytes),
      new Set(plan.sectors.map((sector) => sector.index)),
    );
    return { write: filled, verify: filled };
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
    if (this.#options.keepIdentical === false || !this.#session.identity.canUpload) return undefined;
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
      for (const sector of plan.sectors.filter(({ erasable }) => erasable)) {
        const { index, address, sizeBytes } = sector;
        this.#erased.push(sector);
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
      const { needsAddressPerBlock } = this.#session;
      for (const run of plan.runs) {
        const place: DfuSite = { stage: 'write', command: 'SET_ADDRESS' };
        if (!needsAddressPerBlock) await this.#session.setAddress(run.address, place);
        for (const block of run.blocks) {
          if (needsAddressPerBlock) await this.#session.setAddress(block.address, place);
          const site: DfuSite = { stage: 'write', command: 'DNLOAD', address: block.address, block: block.block };
          await this.#session.write(needsAddressPerBlock ? FIRST_DATA_BLOCK : block.number, block.bytes, site);
          this.#fates.mark(block.sectors, 'written');
          progress(block.bytes.length);
        }
      }
      await this.#session.endTransfer({ stage: 'write', command: 'ABORT' });
    });
  }

  /** A device without upload proves nothing here: what comes up when it was started does. */
  async #verify(plan: DownloadPlan): Promise<FlashReport> {
    if (!this.#session.identity.canUpload) return this.#buildReport(false, null);
    const comparison = hideOtherBytes(
      await this.#runStage('verify', () => this.#compare(plan, 'verify', false)),
      this.#input.segments,
    );
    this.#mark(plan.sectors, 'verified');
    this.#fates.mark(comparison.differing, 'mismatch');
    this.#isRestProved = comparison.differentByteCount === 0;
    const report = this.#buildReport(false, comparison);
    return comparison.differentByteCount === 0
      ? report
      : {
          ...report,
          failure: buildMismatchFailure(comparison, report.readBack!, { map: this.#map, flash: report.flash }),
        };
  }

  #compare(plan: DownloadPlan, stage: FlashStage, sectorsOnly: boolean): Promise<FlashComparison> {
    const progress = this.#createProgress(stage, countPlanBytes(plan));
    return compareFlash(this.#session, plan, this.#map, {
      sectorsOnly,
      onBlock: (block) => progress(block.bytes.length),
    });
  }

  #buildReport(skipped: boolean, comparison: FlashComparison | null): FlashReport {
    const { name, sha256, segments, alternate } = this.#input;
    const durationMs = this.#durationMs;
    return {
      flash: {
        kind: 'flash-image',
        ...{ image: name, sha256, alternate, skipped },
        address: segments[0]?.address ?? 0,
        sizeBytes: countImageBytes(this.#input),
        eraseMs: Math.round(durationMs.erase),
        programMs: Math.round(durationMs.write),
        verifyMs: Math.round(durationMs.compare + durationMs.verify),
        transferCount: Object.values(this.#transfers).reduce((sum, count) => sum + count, 0),
        blockCount: this.#blockCount,
        sectors: this.#fates.listSectorStatuses(),
        pieces: toRanges(segments),
        ...this.#describeRests(),
      },
      readBack: comparison && buildReadBackEvidence(name, comparison),
      transfers: { ...this.#transfers },
      failure: null,
    };
  }

  /** What became of the rest of the sectors that were erased; a rest that was blank is not told. */
  #describeRests(): Pick<FlashImageEvidence, 'kept' | 'lost'> {
    const { restOfSector = 'erase' } = this.#options;
    const rests = joinRanges(findSectorRests(toRanges(this.#input.segments), this.#erased));
    if (rests.length === 0 || restOfSector === 'refuse') return {};
    return restOfSector === 'keep' && this.#isRestProved ? { kept: rests } : { lost: rests };
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
