// Flashes one image: compare, erase, write, read back, with every sector's fate and every failure's place.
import type { DfuseSector, MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { FirmwareSegment } from '../../firmware/firmware-image.ts';
import { findFirstUsedAddress, type RestPolicy } from '../../firmware/sector-rest.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { type DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { toDfuFailure } from '../session/dfu-failure.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { compareFlash, type FlashComparison, hideOtherBytes } from './compare-flash.ts';
import { buildMismatchFailure, buildNotBlankFailure } from './content-failures.ts';
import { type DownloadPlan, limitDownloadPlan, planDownload, requireRoom } from './download-plan.ts';
import { type FlashInput, FlashJournal, type FlashReport, type FlashStage } from './flash-journal.ts';
import { findFlashWordBytes } from './flash-word.ts';
import { requireNothingRead, SectorContent } from './sector-content.ts';

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

/**
 * Flashes an image into the memory of its alternate setting and proves it by reading everything back. Only sectors that
 * hold a byte of it are erased. Plans first: an image that the memory does not take fails before the first transfer. A
 * stall, a silence or a departure in erase or write is the unit's failure and is not asked about again. Needs and leaves
 * the device in dfuIDLE, unless it failed. Throws StationError `recipe/needs-read-back` where the image cannot be written
 * without reading a device that has no upload.
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

/** One flashing from first comparison to last. */
class FlashJob {
  readonly #session: DfuSession;
  readonly #input: FlashInput;
  readonly #options: FlashOptions;
  readonly #restOfSector: RestPolicy;
  #map = NO_MAP;
  #journal: FlashJournal;

  constructor(session: DfuSession, input: FlashInput, options: FlashOptions) {
    this.#session = session;
    this.#input = input;
    this.#options = options;
    this.#restOfSector = options.restOfSector ?? 'erase';
    this.#journal = new FlashJournal(session, input, NO_MAP);
  }

  async run(): Promise<FlashReport> {
    const { alternate, segments } = this.#input;
    const map = requireMemoryFor(this.#session, this.#input);
    this.#map = map;
    this.#journal = new FlashJournal(this.#session, this.#input, map);
    const wordBytes = this.#options.wordBytes ?? findFlashWordBytes(map);
    const content = new SectorContent(this.#session, { segments, alternate, wordBytes });
    if (!this.#session.identity.canUpload) requireNothingRead(this.#input.name, this.#restOfSector, content);
    await this.#session.selectMemory(alternate);
    const whole = this.#plan(await this.#journal.runStage('compare', () => content.readWholeWords()), wordBytes);
    this.#journal.setBlockCount(whole.blockCount);
    const found = await this.#compareBefore(whole);
    const plan = found ? limitDownloadPlan(whole, found.differing) : whole;
    if (found && plan.sectors.length === 0) return this.#buildReport(found, true);
    const rests = await this.#readRests(content, plan);
    const usedAddress = this.#restOfSector === 'refuse' ? findFirstUsedAddress(rests) : undefined;
    if (usedAddress !== undefined) {
      const report = this.#buildReport(null);
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
    if (this.#restOfSector === 'erase') return [];
    const erased = sectors.filter(({ erasable }) => erasable);
    return this.#journal.runStage('compare', () => content.readRests(erased));
  }

  /** Once the sectors are erased: the image with what is kept, or with what erased flash reads in the gaps of its words. */
  async #planWriting(
    content: SectorContent,
    plan: DownloadPlan,
    { rests, wordBytes }: { readonly rests: readonly FirmwareSegment[]; readonly wordBytes: number },
  ): Promise<{ readonly write: DownloadPlan; readonly verify: DownloadPlan }> {
    if (this.#restOfSector === 'keep') {
      const { written, expected } = content.merge(plan.sectors, rests);
      return { write: this.#plan(written, wordBytes), verify: this.#plan(expected, wordBytes) };
    }
    if (!content.hasWordGaps) return { write: plan, verify: plan };
    const segments = await this.#journal.runStage('write', () => content.readWholeWords());
    const filled = limitDownloadPlan(this.#plan(segments, wordBytes), new Set(listIndices(plan.sectors)));
    return { write: filled, verify: filled };
  }

  /** The report of a run that an error ended. */
  async buildFailedReport(error: DfuError): Promise<FlashReport> {
    const needsLook = error.kind === 'gone' || error.kind === 'silent' || error.kind === 'stalled';
    const afterwards = needsLook ? await this.#session.observePostFailureState() : undefined;
    if (error.kind !== 'memory-map') this.#journal.markFailed(error.site);
    const report = this.#buildReport(null);
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
    const found = await this.#journal.runStage('compare', () => this.#compare(plan, 'compare', true));
    const toWrite = limitDownloadPlan(plan, found.differing).sectors;
    const untouched = plan.sectors.filter((sector) => !toWrite.includes(sector));
    this.#journal.mark(listIndices(untouched), 'verified');
    return found;
  }

  async #recordWriteIntent(plan: DownloadPlan): Promise<void> {
    const address = plan.runs[0]!.address;
    await this.#options.intend?.({ image: this.#input.name, address, sizeBytes: plan.sizeBytes });
  }

  #erase(plan: DownloadPlan): Promise<void> {
    return this.#journal.runStage('erase', async () => {
      const total = plan.sectors.reduce((sum, sector) => sum + sector.sizeBytes, 0);
      const progress = this.#createProgress('erase', total);
      for (const sector of plan.sectors.filter(({ erasable }) => erasable)) {
        const { index, address, sizeBytes } = sector;
        await this.#journal.runErase(sector, () => this.#session.erase(address, index));
        progress(sizeBytes);
      }
    });
  }

  #write(plan: DownloadPlan): Promise<void> {
    return this.#journal.runStage('write', async () => {
      const progress = this.#createProgress('write', countPlanBytes(plan));
      const { needsAddressPerBlock } = this.#session;
      for (const run of plan.runs) {
        const place: DfuSite = { stage: 'write', command: 'SET_ADDRESS' };
        if (!needsAddressPerBlock) await this.#session.setAddress(run.address, place);
        for (const block of run.blocks) {
          if (needsAddressPerBlock) await this.#session.setAddress(block.address, place);
          const site: DfuSite = { stage: 'write', command: 'DNLOAD', address: block.address, block: block.block };
          await this.#session.write(needsAddressPerBlock ? FIRST_DATA_BLOCK : block.number, block.bytes, site);
          this.#journal.mark(block.sectors, 'written');
          progress(block.bytes.length);
        }
      }
      await this.#session.endTransfer({ stage: 'write', command: 'ABORT' });
    });
  }

  /** A device without upload proves nothing here: what comes up when it was started does. */
  async #verify(plan: DownloadPlan): Promise<FlashReport> {
    if (!this.#session.identity.canUpload) return this.#buildReport(null);
    const comparison = hideOtherBytes(
      await this.#journal.runStage('verify', () => this.#compare(plan, 'verify', false)),
      this.#input.segments,
    );
    this.#journal.mark(listIndices(plan.sectors), 'verified');
    this.#journal.mark(comparison.differing, 'mismatch');
    if (comparison.differentByteCount === 0) this.#journal.markRestProved();
    const report = this.#buildReport(comparison);
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

  #buildReport(comparison: FlashComparison | null, skipped = false): FlashReport {
    return this.#journal.buildReport(this.#restOfSector, comparison, { skipped });
  }

  #createProgress(stage: FlashStage, total: number): (bytes: number) => void {
    let done = 0;
    return (bytes) => {
      done += bytes;
      this.#options.onProgress?.(stage, done, total);
    };
  }
}

function listIndices(sectors: readonly DfuseSector[]): readonly number[] {
  return sectors.map(({ index }) => index);
}

function countPlanBytes(plan: DownloadPlan): number {
  return plan.runs.reduce((sum, run) => sum + run.blocks.reduce((part, block) => part + block.bytes.length, 0), 0);
}
