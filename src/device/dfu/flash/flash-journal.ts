// What one flashing came to: times, transfers, what became of each sector and of the rest of it; the report is made of these.
import { type DfuseSector, findSectorAt, type MemoryMap } from '../../../domain/memory/memory-map.ts';
import type { FlashImageEvidence, ReadBackEvidence, SectorStatus } from '../../../domain/run/evidence.ts';
import type { Failure } from '../../../domain/run/failure.ts';
import { countImageBytes, type FirmwareSegment } from '../../firmware/firmware-image.ts';
import { findSectorRests, joinRanges, type RestPolicy, toRanges } from '../../firmware/sector-rest.ts';
import type { DfuSite } from '../protocol/dfu-error.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { buildReadBackEvidence, type FlashComparison } from './compare-flash.ts';
import { SectorStatuses } from './sector-statuses.ts';

/** What is to be in one memory. `sha256` is the published file's, for the record. */
export interface FlashInput {
  readonly name: string;
  readonly sha256: string;
  /** Sorted and disjoint; what is between them is not the image's. */
  readonly segments: readonly FirmwareSegment[];
  readonly alternate: number;
}

export type FlashStage = 'compare' | 'erase' | 'write' | 'verify';

/** What happened. A failure of the unit is a value here; what is thrown is the station's trouble or the signal's reason. */
export interface FlashReport {
  readonly flash: FlashImageEvidence;
  /** Null when the run ended before the comparison. */
  readonly readBack: ReadBackEvidence | null;
  /** Class requests per stage: what `flashline bench` counts. */
  readonly transfers: Readonly<Record<FlashStage, number>>;
  readonly failure: Failure | null;
}

/** Kept from the first comparison to the last; an error on the way loses nothing of it. */
export class FlashJournal {
  readonly #session: DfuSession;
  readonly #input: FlashInput;
  readonly #map: MemoryMap;
  readonly #fates: SectorStatuses;
  readonly #durationMs: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  readonly #transfers: Record<FlashStage, number> = { compare: 0, erase: 0, write: 0, verify: 0 };
  readonly #erased: DfuseSector[] = [];
  #blockCount = 0;
  #isRestProved = false;

  constructor(session: DfuSession, input: FlashInput, map: MemoryMap) {
    this.#session = session;
    this.#input = input;
    this.#map = map;
    this.#fates = new SectorStatuses(map);
  }

  /** How many blocks the whole image is. */
  setBlockCount(count: number): void {
    this.#blockCount = count;
  }

  /** Times one part of the work and counts its transfers. */
  async runStage<Answer>(stage: FlashStage, run: () => Promise<Answer>): Promise<Answer> {
    const startedMs = this.#session.clock.readMonotonicMs();
    const startCount = this.#session.transfers.count;
    try {
      return await run();
    } finally {
      this.#durationMs[stage] += this.#session.clock.readMonotonicMs() - startedMs;
      this.#transfers[stage] += this.#session.transfers.count - startCount;
    }
  }

  /** Erases a sector through `erase`; from its begin on, what was beside the image is taken for lost. */
  async runErase(sector: DfuseSector, erase: () => Promise<void>): Promise<void> {
    this.#erased.push(sector);
    const startedMs = this.#session.clock.readMonotonicMs();
    await erase();
    this.#fates.markErased(sector.index, Math.round(this.#session.clock.readMonotonicMs() - startedMs));
  }

  /** By index. */
  mark(sectors: Iterable<number>, fate: SectorStatus['fate']): void {
    this.#fates.mark(sectors, fate);
  }

  markFailed({ stage, address }: DfuSite): void {
    const sector = address === undefined ? undefined : findSectorAt(this.#map, address);
    if (sector && stage === 'erase') this.mark([sector.index], 'erase-failed');
    if (sector && stage === 'write') this.mark([sector.index], 'write-failed');
  }

  /** What was kept around the image reads back as it was. */
  markRestProved(): void {
    this.#isRestProved = true;
  }

  /** As things stand now. */
  buildReport(rest: RestPolicy, comparison: FlashComparison | null, { skipped = false } = {}): FlashReport {
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
        ...this.#describeRests(rest),
      },
      readBack: comparison && buildReadBackEvidence(name, comparison),
      transfers: { ...this.#transfers },
      failure: null,
    };
  }

  /** What became of the rest of the sectors that were erased; a rest that was blank is not told. */
  #describeRests(policy: RestPolicy): Pick<FlashImageEvidence, 'kept' | 'lost'> {
    const rests = joinRanges(findSectorRests(toRanges(this.#input.segments), this.#erased));
    if (rests.length === 0 || policy === 'refuse') return {};
    return policy === 'keep' && this.#isRestProved ? { kept: rests } : { lost: rests };
  }
}
