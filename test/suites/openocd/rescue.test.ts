// Units that only the rework bench can bring back: read-protected ones, whose keys survive, and ones without a bootloader.
import { afterAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBoardFactory } from '../../../src/bench/photon/board-factory.ts';
import type { Photon } from '../../../src/bench/photon/photon-board.ts';
import type { Evidence } from '../../../src/domain/run/evidence.ts';
import type { RunRecord } from '../../../src/domain/run/run.ts';
import { decodeRecording } from '../../../src/equipment/recording/recording.ts';
import type { StationPlan } from '../../../src/station/file/station-plan.ts';
import { type Line, newFolder, onSyntheticImages, removeFolders, shift, type Unit } from '../../e2e/virtual-line.ts';

afterAll(removeFolders);

const BENCH = 4;
/** A person reads before answering. */
const READING_MS = 5_000;
const READ_PROTECTED = 0;
const DCT = { address: 0x0800_4000, sizeBytes: 1_750 } as const;
/** A piece of the private key within it. */
const SECRET = { from: 40, to: 72 } as const;

/** A station whose only probe is at its rework bench. */
function withReworkBench(plan: StationPlan): StationPlan {
  return {
    ...plan,
    fixtures: plan.fixtures.map((place) =>
      place.number === BENCH ? { ...place, isReworkBench: true } : { ...place, probe: null },
    ),
  };
}

function unitOf(label: string): Unit & { readonly board: Photon } {
  const random = createSeededRandom(label);
  return { label, board: createBoardFactory().createPhoton({ generation: 'v2.3.1', release: '2.2.0', random }) };
}

async function atTheReworkBench(work: (line: Line) => Promise<void>): Promise<readonly RunRecord[]> {
  const recipe = onSyntheticImages('photon-rework');
  const { runs } = await shift({ recipe, folder: newFolder(), change: withReworkBench }, async (line) => {
    expect(line.plan.fixtures.map(({ number }) => number)).toEqual([BENCH]);
    await work(line);
  });
  return runs;
}

/** Answers whatever is asked. */
function answering(line: Line, answer: string): void {
  line.station.subscribe((event) => {
    if (event.type !== 'prompt-opened') return;
    line.clock.setTimeout(() => line.station.answerPrompt(event.promptId, answer), READING_MS);
  });
}

/** Everything that recordings kept of what went over the wires. */
function heardOf(evidence: readonly Evidence[]): string {
  const events = evidence.flatMap((item) => (item.kind === 'recording' ? decodeRecording(item).events : []));
  return events.map((event) => ('data' in event ? latin1(Buffer.from(event.data ?? '', 'base64')) : '')).join('');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('a read-protected unit', () => {
  it('is opened when that is signed for, gets its own keys back, and passes the full recipe', async () => {
    const unit = unitOf('P000000011');
    const keys = unit.board.flash.read(DCT.address, DCT.sizeBytes);
    unit.board.flash.programOptionBytes({ rdp: READ_PROTECTED });
    const [run] = await atTheReworkBench(async (line) => {
      answering(line, 'kim, returned by a customer');
      await line.test(unit, BENCH);
    });
    expect(run).toMatchObject({ result: 'pass', failure: null, verdict: { marks: ['reworked'] } });
    expect(unit.board.flash.optionBytes).toMatchObject({ rdp: 0xaa, nWrp: 0xffe });
    expect(unit.board.flash.read(DCT.address, DCT.sizeBytes)).toEqual(keys);
    const evidence = run!.steps.flatMap((step) => step.evidence);
    expect(heardOf(evidence)).not.toContain(latin1(keys.subarray(SECRET.from, SECRET.to)));
    expect(evidence).toContainEqual(
      expect.objectContaining({ kind: 'operator', answer: 'kim, returned by a customer', operator: 'kim' }),
    );
    expect(evidence).toContainEqual(
      expect.objectContaining({ kind: 'identity', proof: 'same', by: expect.stringContaining('put back') }),
    );
  });

  it('keeps its protection, its keys and its program when nobody signs', async () => {
    const unit = unitOf('P000000012');
    unit.board.flash.programOptionBytes({ rdp: READ_PROTECTED });
    const before = unit.board.flash.read(0x0800_0000, 0x10_0000);
    const [run] = await atTheReworkBench(async (line) => {
      answering(line, 'no');
      await line.test(unit, BENCH);
    });
    expect(run).toMatchObject({ result: 'fail', failure: { code: 'swd/read-protected' } });
    expect(['rework', 'hold']).toContain(run!.verdict.disposition);
    expect(unit.board.flash.optionBytes.rdp).toBe(READ_PROTECTED);
    expect(unit.board.flash.read(0x0800_0000, 0x10_0000)).toEqual(before);
  });
});

describe('a unit without a bootloader', () => {
  it('shows nothing on the bus, is started by hand, and passes the full recipe', async () => {
    const unit = unitOf('P000000013');
    unit.board.flash.forceBytes(0x0800_0000, new Uint8Array(16_384).fill(0xff));
    const [run] = await atTheReworkBench(async (line) => {
      const recorded = line.next('run-recorded', BENCH);
      line.put(unit, BENCH);
      await line.clock.sleep(10_000);
      expect(line.events.some(({ type }) => type === 'unit-attached')).toBe(false);
      line.start(unit, BENCH);
      await recorded;
    });
    expect(run).toMatchObject({
      result: 'pass',
      unit: { label: unit.label, deviceId: unit.board.deviceId },
      verdict: { disposition: 'pass', marks: ['reworked'] },
    });
  });
});
