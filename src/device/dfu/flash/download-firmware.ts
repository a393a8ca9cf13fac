// Plain DFU 1.0 and 1.1: sends one image by block numbers, lets the device take it, and reads it back where that can be done.
import { haveSameBytes, toHex } from '../../../base/bytes.ts';
import { computeSha256Hex } from '../../../base/digest.ts';
import type { FlashImageEvidence, ReadBackEvidence } from '../../../domain/run/evidence.ts';
import type { Failure } from '../../../domain/run/failure.ts';
import { DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { isStatusOk } from '../protocol/get-status.ts';
import { toDfuFailure } from '../session/dfu-failure.ts';
import type { DfuSession } from '../session/dfu-session.ts';

/** What a plain DFU device is to take: the bytes of one file; where they go is the device's business. */
export interface DownloadInput {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly alternate: number;
}

export interface DownloadOptions {
  readonly onProgress?: (stage: 'write' | 'verify', done: number, total: number) => void;
  /** Awaited once before the first block: from then on the unit is half-flashed until the device took the image. */
  readonly intend?: (intent: { image: string; address: number; sizeBytes: number }) => Promise<void>;
}

/**
 * How the device took the image: `stays`: it is in dfuIDLE again (manifestation tolerant); `leaves`: it left, or leaves by
 * itself; `waits`: it waits for a bus reset (DFU 1.1 §7).
 */
export type Manifestation = 'stays' | 'leaves' | 'waits';

/** What happened. A failure of the unit is a value here; what is thrown is the station's trouble or the signal's reason. */
export interface DownloadReport {
  readonly flash: FlashImageEvidence;
  /** Null where the device cannot be read back, or the run ended before. */
  readonly readBack: ReadBackEvidence | null;
  readonly manifestation: Manifestation | null;
  readonly failure: Failure | null;
}

/** wBlockNum has 16 bits and begins anew behind its last value (DFU 1.1 §6.1.1). */
const BLOCK_NUMBER_MASK = 0xffff;
/** A device that manifests for longer than this is not waited for. */
const MAX_MANIFEST_MS = 60_000;
/** Who asks for no time is asked again after this. */
const MANIFEST_POLL_MS = 20;
const EXCERPT_BYTES = 16;

/**
 * Sends the image to the alternate setting, in order from block 0, then an empty block that ends it. Needs dfuIDLE. A
 * device that stays and can be read is compared byte for byte; for all others what comes up afterwards is the proof.
 */
export async function downloadFirmware(
  session: DfuSession,
  input: DownloadInput,
  options: DownloadOptions = {},
): Promise<DownloadReport> {
  const job = new DownloadJob(session, input, options);
  try {
    return await job.run();
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return job.buildFailedReport(error);
  }
}

class DownloadJob {
  readonly #session: DfuSession;
  readonly #input: DownloadInput;
  readonly #options: DownloadOptions;
  readonly #firstTransfer: number;
  readonly #durationMs = { write: 0, verify: 0 };
  #blockCount = 0;

  constructor(session: DfuSession, input: DownloadInput, options: DownloadOptions) {
    this.#session = session;
    this.#input = input;
    this.#options = options;
    this.#firstTransfer = session.transfers.count;
  }

  async run(): Promise<DownloadReport> {
    const session = this.#session;
    const { name, bytes, alternate } = this.#input;
    await session.selectMemory(alternate);
    await this.#options.intend?.({ image: name, address: 0, sizeBytes: bytes.length });
    const manifestation = await this.#runTimed('write', async () => {
      await this.#sendBlocks();
      return finishDownload(session, this.#blockCount);
    });
    const canCompare = manifestation === 'stays' && session.identity.canUpload;
    const readBack = canCompare ? await this.#runTimed('verify', () => this.#compare()) : null;
    const flash = this.#buildEvidence();
    if (!readBack || readBack.differentByteCount === 0) return { flash, readBack, manifestation, failure: null };
    return { flash, readBack, manifestation, failure: this.#buildMismatch(readBack) };
  }

  /** The report of a download that an error ended. */
  async buildFailedReport(error: DfuError): Promise<DownloadReport> {
    const session = this.#session;
    const needsLook = isDfuError(error, 'gone', 'silent', 'stalled');
    const afterwards = needsLook ? await session.observePostFailureState() : undefined;
    const failure = toDfuFailure(error, {
      image: this.#input.name,
      ...(afterwards !== undefined && { afterwards }),
      evidence: [session.buildTransferLogEvidence()],
    });
    return { flash: this.#buildEvidence(), readBack: null, manifestation: null, failure };
  }

  async #sendBlocks(): Promise<void> {
    const { bytes } = this.#input;
    const blockBytes = this.#session.identity.transferSizeBytes;
    for (let offset = 0; offset < bytes.length; offset += blockBytes) {
      const site: DfuSite = { stage: 'write', command: 'DNLOAD', block: this.#blockCount };
      const block = bytes.subarray(offset, offset + blockBytes);
      await this.#session.write(this.#blockCount & BLOCK_NUMBER_MASK, block, site);
      this.#blockCount += 1;
      this.#options.onProgress?.('write', offset + block.length, bytes.length);
    }
  }

  /** From dfuIDLE; ends there. The device may hold more than the image, never less. */
  async #compare(): Promise<ReadBackEvidence> {
    const { bytes, name } = this.#input;
    const blockBytes = this.#session.identity.transferSizeBytes;
    const read = new Uint8Array(bytes.length);
    for (let offset = 0, block = 0; offset < bytes.length; offset += blockBytes, block += 1) {
      const site: DfuSite = { stage: 'read', command: 'UPLOAD', block };
      const lengthBytes = Math.min(blockBytes, bytes.length - offset);
      read.set(await this.#session.read(block & BLOCK_NUMBER_MASK, lengthBytes, site), offset);
      this.#options.onProgress?.('verify', offset + lengthBytes, bytes.length);
    }
    await this.#session.endTransfer({ stage: 'read', command: 'ABORT' });
    return buildReadBack(name, bytes, read);
  }

  #buildMismatch(readBack: ReadBackEvidence): Failure {
    const { name, alternate } = this.#input;
    const message = `${readBack.differentByteCount} bytes of ${name} read back differently from alternate setting ${alternate}`;
    return {
      code: 'dfu/verify-mismatch',
      message,
      site: { image: name, command: 'UPLOAD' },
      evidence: [readBack, this.#session.buildTransferLogEvidence()],
    };
  }

  #buildEvidence(): FlashImageEvidence {
    const { name, sha256, bytes, alternate } = this.#input;
    return {
      kind: 'flash-image',
      image: name,
      ...{ sha256, alternate, address: 0, sizeBytes: bytes.length, skipped: false },
      ...{ eraseMs: 0, programMs: this.#durationMs.write, verifyMs: this.#durationMs.verify },
      transferCount: this.#session.transfers.count - this.#firstTransfer,
      blockCount: this.#blockCount,
      sectors: [],
      protocol: 'dfu',
    };
  }

  async #runTimed<Result>(stage: 'write' | 'verify', run: () => Promise<Result>): Promise<Result> {
    const startedMs = this.#session.transfers.readClockMs();
    try {
      return await run();
    } finally {
      this.#durationMs[stage] += Math.round(this.#session.transfers.readClockMs() - startedMs);
    }
  }
}

/**
 * The empty block that ends a download, and the way through manifestation. A device that is gone, silent or refuses to
 * answer from then on has left: that is how many do it.
 */
async function finishDownload(session: DfuSession, blockCount: number): Promise<Manifestation> {
  const site: DfuSite = { stage: 'write', command: 'DNLOAD (end)', block: blockCount };
  await session.transfers.transferOut('DNLOAD', new Uint8Array(0), { value: blockCount & BLOCK_NUMBER_MASK, site });
  const startedMs = session.transfers.readClockMs();
  try {
    while (session.transfers.readClockMs() - startedMs < MAX_MANIFEST_MS) {
      const status = await session.getStatus(site);
      if (!isStatusOk(status)) {
        const message = `the device refused the image: ${status.statusName} in ${status.stateName}`;
        throw new DfuError({ kind: 'status', site, status, message });
      }
      if (status.stateName === 'dfuIDLE') return 'stays';
      if (status.stateName === 'dfuMANIFEST-WAIT-RESET') return 'waits';
      const pollMs = session.identity.quirks.fixedPollMs ?? status.pollTimeoutMs;
      await session.transfers.wait(Math.min(Math.max(pollMs, MANIFEST_POLL_MS), MAX_MANIFEST_MS));
    }
  } catch (error) {
    if (isDfuError(error, 'gone', 'stalled', 'silent')) return 'leaves';
    throw error;
  }
  const message = `the device still manifests after ${MAX_MANIFEST_MS / 1000} s`;
  throw new DfuError({ kind: 'wrong-state', site, message });
}

function buildReadBack(image: string, expected: Uint8Array, actual: Uint8Array): ReadBackEvidence {
  const readSha256 = computeSha256Hex(actual);
  if (haveSameBytes(expected, actual)) return { kind: 'read-back', image, differentByteCount: 0, readSha256 };
  const differing = Array.from(expected.keys()).filter((at) => expected[at] !== actual[at]);
  const first = differing[0]!;
  return {
    kind: 'read-back',
    ...{ image, readSha256, differentByteCount: differing.length, firstDifferentAddress: first },
    expectedHex: toHex(expected.subarray(first, first + EXCERPT_BYTES)),
    actualHex: toHex(actual.subarray(first, first + EXCERPT_BYTES)),
  };
}
