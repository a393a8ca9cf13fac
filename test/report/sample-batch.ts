// One deterministic batch with every disposition, every result and every kind of evidence: the ground of the golden files.
import { computeSha256Hex } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import type { DecidedRun } from '../../src/domain/decisions/decided-run.ts';
import type { Signature } from '../../src/domain/people/signature.ts';
import type { Evidence } from '../../src/domain/run/evidence.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import type { UnitNote } from '../../src/domain/unit/unit-note.ts';
import * as photon from './sample/photon.ts';
import { type Course, failureOf, flashTrouble, iso, runOf, type Trouble } from './sample/runs.ts';

const SEED = 'sample batch';
const START_MS = Date.UTC(2026, 0, 5, 5, 0, 0);
const SPACING_MS = 9_400;
const FIXTURES = 4;
const GOOD_UNITS = 64;

export interface SampleBatch {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  readonly signatures: readonly Signature[];
}

/** The same records at every call: made once, for every test of a file asks for them. */
export function sampleBatch(): SampleBatch {
  return SAMPLE;
}

function madeSample(): SampleBatch {
  const random = createSeededRandom(SEED);
  const courses = inOrder([...goodCourses(), ...stories()]);
  const runs = courses.map((course) => runOf(course, random));
  return { runs, signatures: signaturesOf(runs) };
}

/** The sample's runs as they are exported: with what people signed and did about each afterwards. */
export function exportedBatch(): readonly DecidedRun[] {
  const { runs, signatures } = sampleBatch();
  return runs.map((run) => ({ ...run, afterwards: afterwardsOf(run, signatures) }));
}

/** The sample's run with that number, as it is exported. */
export function exportedRun(number: number): DecidedRun {
  const { runId } = sampleRun(number);
  return exportedBatch().find((run) => run.runId === runId)!;
}

function afterwardsOf(run: RunRecord, signatures: readonly Signature[]): readonly UnitNote[] {
  const signed = signatures.filter((signature) => signature.runId === run.runId);
  return [
    ...(run.verdict.disposition === 'rework' ? [REPAIR] : []),
    ...signed.map((signature) => ({ kind: 'signed', ...signature }) as const),
  ];
}

const REPAIR: UnitNote = {
  kind: 'repaired',
  at: iso(START_MS + 12 * 60_000),
  by: 'K. Sato',
  cause: 'bootloader of 2014 replaced by 1006 over SWD',
};

/** The sample's run with that number, as stories below count. */
export function sampleRun(number: number): RunRecord {
  const run = sampleBatch().runs.find((candidate) => candidate.runId.endsWith(String(number).padStart(4, '0')));
  if (!run) throw new RangeError(`the sample batch has no run ${number}`);
  return run;
}

function unit(number: number): UnitIdentity {
  const digest = computeSha256Hex(`unit ${number}`);
  return {
    label: `P${String(26_000_000 + number).padStart(9, '0')}`,
    deviceId: `3b00${digest.slice(0, 4)}0a47353138${digest.slice(4, 10)}`,
    macAddress: `e0:4f:43:${digest.slice(10, 12)}:${digest.slice(12, 14)}:${digest.slice(14, 16)}`,
    keyHash: computeSha256Hex(`key ${number}`),
    usbSerial: `3b00${digest.slice(0, 4)}0a47353138${digest.slice(4, 10)}`,
    part: 'PHOTONH',
    revision: 'B',
  };
}

type Draft = Omit<Course, 'startMs'> & { readonly slot: number };

function inOrder(drafts: readonly Draft[]): readonly Course[] {
  return [...drafts]
    .sort((left, right) => left.slot - right.slot)
    .map(({ slot, ...draft }) => ({ ...draft, startMs: START_MS + Math.round(slot * SPACING_MS) }));
}

function goodCourses(): readonly Draft[] {
  return Array.from({ length: GOOD_UNITS }, (_, at) => {
    const fixture = (at % FIXTURES) + 1;
    const tired = fixture === 4 ? 1 + at * 0.0035 : 1;
    return { number: at + 1, slot: at, fixture, unit: unit(at + 1), verdict: {}, slow: tired };
  });
}

/** The batch's stories, each a unit or two; run numbers from 101. */
function stories(): readonly Draft[] {
  return [
    ...deadSector(),
    ...noFaultFound(),
    ...staleBootloader(),
    ...lyingBootloader(),
    ...serialTrouble(),
    ...stationTrouble(),
    ...handling(),
    ...marginalUnits(),
    ...overSwd(),
    ...byTheOperator(),
    ...references(),
  ];
}

function troubleAt(step: string, failure: NonNullable<Trouble['failure']>, more: Partial<Trouble> = {}): Trouble {
  return { step, stepResult: failure.code === 'step/timeout' ? 'timeout' : 'failed', failure, ...more };
}

function verdict(
  disposition: Verdict['disposition'],
  rule: string,
  ruleText: string,
  more: Partial<Verdict>,
): Partial<Verdict> {
  return { disposition, rule, ruleText, ...more };
}

function eraseStalled(seed: string, afterMs: number): Trouble {
  const random = createSeededRandom(`${SEED}/${seed}`);
  const stall: Evidence = {
    kind: 'usb-error',
    error: 'stalled',
    request: 'GETSTATUS',
    afterMs,
    afterwards: 'same-connection',
    message: 'LIBUSB_TRANSFER_STALL',
  };
  const log: Evidence = {
    kind: 'transfer-log',
    transfers: [
      '21 01 0000 0000 0005 21 00 00 02 08 -> ok',
      'a1 03 0000 0000 0006 -> 00 00 00 00 04 00',
      'a1 03 0000 0000 0006 -> 00 00 00 00 05 00',
      '21 01 0000 0000 0005 41 00 00 04 08 -> ok',
      'a1 03 0000 0000 0006 -> STALL',
    ],
  };
  return troubleAt(
    'flash',
    failureOf(
      'dfu/erase-stalled',
      `GETSTATUS was stalled ${afterMs} ms into the erase of sector 6 at 0x08040000.`,
      { image: 'system-part1', address: 0x0804_0000, sector: 6, command: 'ERASE' },
      [stall, log],
    ),
    { evidence: flashTrouble(random, 'system-part1', { failing: { sectorInImage: 1, fate: 'erase-failed' } }) },
  );
}

/** One unit whose flash sector does not erase: two fixtures, then the debug port, then two signatures. */
function deadSector(): readonly Draft[] {
  const dead = unit(201);
  const other = unit(202);
  const retest = verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
    operatorText: 'A flash sector refused to erase.',
    engineerText:
      'The stall came in the first GETSTATUS of the erase. This bootloader stalls there when the flash controller reports an error; its status byte stays OK, so it must not be asked again.',
    because: [
      'First failing run of this unit at this operation.',
      'Fixture 2 passed 5 of its last 5 units.',
      'One failure on one fixture leaves 35 % for chance and 11 % for the fixture.',
    ],
    suspects: ['unit', 'fixture', 'cable'],
    wouldChange: 'A pass on fixture 3 and a second pass would clear the unit and mark fixture 2.',
    instruction: { do: 'move-to-fixture', fixture: 3 },
  });
  const proposed = verdict(
    'scrap-proposed',
    'D13',
    'Failed on two fixtures and two cables, golden unit passed afterwards, independent path failed too, no open stop.',
    {
      operatorText: 'The same flash sector failed again, on another fixture.',
      engineerText:
        'Same code, same sector, two fixtures, two cables. The golden unit passed on fixture 3 after the failure, and an erase of sector 6 over SWD timed out. What is left is the unit’s own flash.',
      because: [
        'dfu/erase-stalled at 0x08040000 on fixtures 2 and 3.',
        'Golden unit GOLDEN-1 passed on fixture 3 after it.',
        'Erase of sector 6 over SWD timed out after 10 s.',
        'Probability that the unit is bad: 0.9994.',
      ],
      suspects: ['unit'],
      wouldChange: 'A full erase of sector 6 on another station.',
      instruction: { do: 'put-in-bin', bin: 'hold' },
      reason: 'flash sector 6 does not erase',
    },
  );
  return [
    {
      number: 101,
      slot: 6.4,
      fixture: 2,
      unit: dead,
      result: 'fail',
      trouble: eraseStalled('dead a', 1184),
      verdict: retest,
    },
    {
      number: 102,
      slot: 11.5,
      fixture: 3,
      unit: dead,
      attempt: 2,
      result: 'fail',
      trouble: eraseStalled('dead b', 1191),
      verdict: proposed,
    },
    {
      number: 103,
      slot: 18.2,
      fixture: 1,
      unit: other,
      result: 'fail',
      trouble: eraseStalled('dead c', 1179),
      verdict: { ...retest, instruction: { do: 'move-to-fixture', fixture: 2 } },
    },
    {
      number: 104,
      slot: 23.3,
      fixture: 2,
      unit: other,
      attempt: 2,
      result: 'fail',
      trouble: eraseStalled('dead d', 1188),
      verdict: {
        ...proposed,
        disposition: 'scrap',
        rule: 'D14',
        ruleText: 'Scrap was proposed, and two authorised people signed.',
        instruction: { do: 'put-in-bin', bin: 'scrap' },
        because: [
          'dfu/erase-stalled at 0x08040000 on fixtures 1 and 2.',
          'Signed by T. Lindqvist (quality) and R. Amari (engineer).',
        ],
      },
    },
  ];
}

/** Failed once by a bad contact, passed twice elsewhere. */
function noFaultFound(): readonly Draft[] {
  const subject = unit(203);
  const random = createSeededRandom(`${SEED}/contact`);
  const vanished = troubleAt(
    'flash',
    failureOf(
      'dfu/write-vanished',
      'The device left the bus at block 31 of system-part2.',
      { image: 'system-part2', address: 0x0807_f000, block: 31, sector: 7, command: 'DNLOAD' },
      [
        {
          kind: 'usb-error',
          error: 'gone',
          request: 'DNLOAD',
          afterMs: 2.1,
          afterwards: 're-enumerated',
          message: 'LIBUSB_ERROR_NO_DEVICE',
        },
      ],
    ),
    { evidence: flashTrouble(random, 'system-part2', { failing: { sectorInImage: 0, fate: 'write-failed' } }) },
  );
  return [
    {
      number: 105,
      slot: 9.6,
      fixture: 4,
      unit: subject,
      result: 'fail',
      trouble: vanished,
      verdict: verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
        operatorText: 'The device lost contact while it was written.',
        because: ['It came back as a new connection within 0.5 s: contact or supply rather than flash.'],
        suspects: ['cable', 'fixture', 'unit'],
        wouldChange: 'A second loss of contact on another fixture.',
        instruction: { do: 'move-to-fixture', fixture: 1 },
      }),
    },
    {
      number: 106,
      slot: 13.7,
      fixture: 1,
      unit: subject,
      attempt: 2,
      verdict: verdict('retest', 'D6', 'Failed once and passed once elsewhere: a third run must pass too.', {
        operatorText: 'Passed here after a failure on fixture 4.',
        because: ['A single pass after a failure leaves the unit in doubt.'],
        wouldChange: 'A failure in the third run.',
        instruction: { do: 'move-to-fixture', fixture: 2 },
      }),
    },
    {
      number: 107,
      slot: 17.6,
      fixture: 2,
      unit: subject,
      attempt: 3,
      verdict: {
        marks: ['no-fault-found'],
        rule: 'D6',
        ruleText: 'Failed once, then passed twice on other fixtures.',
        operatorText: 'Passed twice after one failure.',
        because: [
          'Failed on fixture 4, passed on fixtures 1 and 2.',
          'Fixture 4 gets a suspect point: 1 of 3 in 50 units.',
        ],
      },
    },
  ];
}

function staleBootloader(): readonly Draft[] {
  const old: UnitIdentity = { label: 'P026000204', usbSerial: '00000000010C', part: 'PHOTONH' };
  const evidence: readonly Evidence[] = [
    photon.usbIdentity('', '1-4.3', true),
    { kind: 'bootloader', generation: 'spark-2014-11-20', standing: 'foreign', requiredVersion: 1006 },
  ];
  return [
    {
      number: 108,
      slot: 14.4,
      fixture: 3,
      unit: old,
      result: 'fail',
      trouble: troubleAt(
        'bootloader',
        failureOf(
          'bootloader/foreign',
          '1d50:607f with a transfer size of 4096 is a Photon bootloader of 2014; an erase through it cannot be trusted.',
          { command: 'descriptors' },
          evidence,
        ),
      ),
      verdict: verdict('rework', 'D4', 'Bootloader foreign or too old for DFU: write it over SWD, then test in full.', {
        operatorText: 'The bootloader is too old to be trusted.',
        engineerText: 'Nothing was erased. The unit never saw production test: it has no earlier record.',
        because: ['USB identity 1d50:607f, before 2015-02-02.', 'The recipe asks for bootloader 1006.'],
        suspects: ['recipe', 'lot'],
        wouldChange: 'Nothing on this station; the bootloader has to be written over SWD.',
        instruction: { do: 'put-in-bin', bin: 'rework' },
        reason: 'write bootloader 1006 over SWD',
      }),
    },
    {
      number: 109,
      slot: 38.5,
      fixture: 3,
      unit: { ...unit(204), label: 'P026000204' },
      attempt: 2,
      verdict: {
        marks: ['reworked'],
        rule: 'D12',
        ruleText: 'Reworked with a cause code, then passed the full test.',
        operatorText: 'Passed after rework.',
        because: ['Bootloader 1006 written over SWD at 07:04, signed by R. Amari.'],
      },
    },
  ];
}

/** The device says OK and the bits are wrong: only the read-back tells. */
function lyingBootloader(): readonly Draft[] {
  const random = createSeededRandom(`${SEED}/liar`);
  const differs: Evidence = {
    kind: 'read-back',
    image: 'tinker',
    firstDifferentAddress: 0x080a_0b40,
    differentByteCount: 3,
    expectedHex: '08b5 0a4b 1a68 0023',
    actualHex: '00b5 0a4b 1a60 0023',
    readSha256: computeSha256Hex('wrong bits'),
  };
  const ok: Evidence = {
    kind: 'dfu-status',
    status: 0,
    statusName: 'OK',
    state: 5,
    stateName: 'dfuDNLOAD-IDLE',
    pollTimeoutMs: 50,
  };
  return [
    {
      number: 110,
      slot: 20.3,
      fixture: 2,
      unit: unit(205),
      result: 'fail',
      trouble: troubleAt(
        'flash',
        failureOf(
          'dfu/verify-mismatch',
          'tinker reads back with 3 bytes different, first at 0x080a0b40, although every status was OK.',
          { image: 'tinker', address: 0x080a_0b40, block: 0, sector: 9, command: 'UPLOAD' },
          [differs, ok],
        ),
        { evidence: flashTrouble(random, 'tinker', { failing: { sectorInImage: 0, fate: 'mismatch' } }) },
      ),
      verdict: verdict('hold', 'D10', 'Failed on two fixtures in different ways: analysis, not scrap.', {
        operatorText: 'What was written is not what is there.',
        because: [
          'Every GETSTATUS said OK; three bits read back as 0.',
          'An earlier run on fixture 1 failed elsewhere.',
        ],
        suspects: ['unit', 'fixture'],
        wouldChange: 'The same address differing on a third fixture.',
        instruction: { do: 'put-in-bin', bin: 'hold' },
        reason: 'analysis: bits lost in sector 9',
      }),
    },
  ];
}

function serialTrouble(): readonly Draft[] {
  const garbled = photon.transcript([
    ['sent', 'i'],
    ['received', '\r\nYo\u0000r de\u001b[2Jvice\u0007 \u00ff\u00fe\u0090 id i'],
    ['sent', 'i'],
    ['received', '\u001b]0;pwned\u0007<b>?</b>\r\n'],
  ]);
  const wrong = photon.transcript([
    ['sent', 'v'],
    ['received', '\r\nsystem firmware version: 2.2.0\n\r\n'],
  ]);
  const anywhere = { instruction: { do: 'reseat' } as const, suspects: ['cable', 'fixture', 'unit'] as const };
  return [
    {
      number: 111,
      slot: 24.6,
      fixture: 4,
      unit: unit(206),
      result: 'fail',
      trouble: troubleAt(
        'verify',
        failureOf('serial/garbled', 'The answer to `i` holds 5 bytes that are no text.', { command: 'i' }, [garbled]),
      ),
      verdict: verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
        ...anywhere,
        operatorText: 'The serial answer is not text.',
        because: ['Second serial trouble on fixture 4 in this batch.'],
        wouldChange: 'Clean text on another fixture.',
      }),
    },
    {
      number: 112,
      slot: 29.3,
      fixture: 1,
      unit: unit(206),
      attempt: 2,
      verdict: verdict('retest', 'D6', 'Failed once and passed once elsewhere: a third run must pass too.', {
        operatorText: 'Passed here after a failure on fixture 4.',
        wouldChange: 'A failure in the third run.',
        instruction: { do: 'retest-anywhere' },
      }),
    },
    {
      number: 113,
      slot: 26.2,
      fixture: 1,
      unit: unit(207),
      result: 'fail',
      trouble: troubleAt(
        'verify',
        failureOf('serial/wrong-version', 'The unit runs 2.2.0; the recipe asks for 2.3.1.', { command: 'v' }, [wrong]),
        { measurements: [photon.replyTime(101, 2400), photon.firmwareVersion('2.2.0', 2450)] },
      ),
      verdict: verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
        operatorText: 'The unit runs another version.',
        because: [
          'Read-back of all images was equal, yet the unit answers 2.2.0: it may have started from the OTA area.',
        ],
        suspects: ['unit', 'recipe'],
        wouldChange: 'The right version after a power cycle.',
        instruction: { do: 'move-to-fixture', fixture: 2 },
      }),
    },
    {
      number: 114,
      slot: 33.4,
      fixture: 3,
      unit: unit(208),
      result: 'timeout',
      trouble: troubleAt(
        'verify',
        failureOf('step/timeout', 'serial-verify did not end in 20 s.', {}, [
          { kind: 'note', text: 'The port stayed open; nothing was received.' },
        ]),
      ),
      verdict: verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
        operatorText: 'The step did not end in its time.',
        because: ['Serial line silent for 20 s.'],
        suspects: ['cable', 'fixture'],
        wouldChange: 'An answer on another fixture.',
        instruction: { do: 'retest-anywhere' },
      }),
    },
  ];
}

function stationTrouble(): readonly Draft[] {
  const notCounted = {
    countsAgainstUnit: false,
    suspects: ['station'] as const,
    instruction: { do: 'retest-anywhere' } as const,
  };
  return [
    {
      number: 115,
      slot: 21.4,
      fixture: 3,
      unit: unit(209),
      result: 'error',
      trouble: {
        step: 'verify',
        stepResult: 'errored',
        error: {
          code: 'serial/port-busy',
          message: 'The serial port of fixture 3 is held by another program',
          hint: 'Close the program that has /dev/serial/by-path/…-port3 open, then test the unit again.',
        },
      },
      verdict: verdict('retest', 'D1', 'The station was at fault: test again, not counted against the unit.', {
        ...notCounted,
        operatorText: 'The station had trouble, not the unit.',
        because: ['Station error serial/port-busy.'],
        wouldChange: 'Nothing: the unit was not judged.',
      }),
    },
    { number: 116, slot: 25.4, fixture: 3, unit: unit(209), verdict: {} },
    {
      number: 117,
      slot: 27.5,
      fixture: 2,
      unit: unit(210),
      result: 'aborted',
      trouble: { step: 'flash', stepResult: 'aborted' },
      verdict: verdict('retest', 'D3', 'Interrupted or aborted: test again, does not count.', {
        ...notCounted,
        suspects: [],
        operatorText: 'The run was ended by the operator.',
        because: ['Ctrl-C at 07:04:18.'],
        wouldChange: 'Nothing: the unit was not judged.',
      }),
    },
    { number: 118, slot: 31.6, fixture: 2, unit: unit(210), verdict: { marks: ['resumed'] }, imagesAlreadyThere: true },
    {
      number: 119,
      slot: 35.5,
      fixture: 1,
      unit: unit(211),
      result: 'interrupted',
      trouble: {
        step: 'flash',
        stepResult: 'aborted',
        evidence: [
          { kind: 'note', text: 'The program ended during this step; an intent to write system-part2 was open.' },
        ],
      },
      verdict: verdict('retest', 'D3', 'Interrupted or aborted: test again, does not count.', {
        ...notCounted,
        suspects: ['station'],
        operatorText: 'The station stopped during this run.',
        because: ['No step was recorded after 07:05:33.'],
        wouldChange: 'Nothing: the unit was not judged.',
      }),
    },
    {
      number: 120,
      slot: 39.5,
      fixture: 1,
      unit: unit(211),
      verdict: { operatorText: 'Flashed again from the start: an earlier run was cut off.' },
    },
  ];
}

function handling(): readonly Draft[] {
  const swapped: Evidence = {
    kind: 'identity',
    proof: 'different',
    by: 'device id over serial',
    before: unit(212).deviceId!,
    after: unit(213).deviceId!,
  };
  return [
    {
      number: 121,
      slot: 30.4,
      fixture: 4,
      unit: unit(212),
      result: 'void',
      trouble: troubleAt(
        'verify',
        failureOf('identity/swapped', 'The device id over serial is not the one seen in DFU.', { command: 'i' }, [
          swapped,
        ]),
      ),
      verdict: verdict('hold', 'D2', 'Identities contradict each other: hold, both units frozen.', {
        operatorText: 'Another unit took this one’s place.',
        because: [`Before: ${unit(212).deviceId}. After: ${unit(213).deviceId}.`],
        suspects: ['handling'],
        countsAgainstUnit: false,
        wouldChange: 'Both units tested again, each scanned when it is put in.',
        instruction: { do: 'call-technician' },
        reason: 'units swapped during the run',
      }),
    },
  ];
}

function marginalUnits(): readonly Draft[] {
  return [
    {
      number: 122,
      slot: 36.3,
      fixture: 2,
      unit: unit(214),
      replyMs: 238.4,
      verdict: {
        marks: ['marginal'],
        rule: 'D16',
        ruleText: 'Passed, with a value beyond three sigma of its step.',
        operatorText: 'Passed; the reply time is close to its limit.',
        because: ['reply time 238.4 ms, limit 250 ms, lot mean 116 ms.'],
      },
    },
    {
      number: 123,
      slot: 40.4,
      fixture: 3,
      unit: unit(215),
      result: 'fail',
      trouble: troubleAt(
        'verify',
        failureOf('measurement/out-of-limits', 'supply voltage is 5.312 V; the limit is 4.75 to 5.25 V.', {}, [
          { kind: 'measurement', measurement: photon.supplyVoltage(5.312, 2600) },
        ]),
        {
          measurements: [
            photon.replyTime(108, 2400),
            photon.firmwareVersion('2.3.1', 2500),
            photon.supplyVoltage(5.312, 2600),
          ],
          evidence: [photon.healthyTalk(unit(215).deviceId!)],
        },
      ),
      verdict: verdict('retest', 'D5', 'First failure: test again on a different fixture.', {
        operatorText: 'supply voltage is outside its limits.',
        because: ['5.312 V is 0.062 V above the limit and 15 sigma from the lot’s mean.'],
        suspects: ['fixture', 'unit'],
        wouldChange: 'A value inside the limits on another fixture.',
        instruction: { do: 'move-to-fixture', fixture: 4 },
      }),
    },
    {
      number: 124,
      slot: 37.4,
      fixture: 4,
      unit: unit(216),
      retriedFlash: true,
      slow: 1.16,
      verdict: { because: ['The flash step passed at its second attempt; the retry is allowed by the recipe.'] },
    },
  ];
}

function overSwd(): readonly Draft[] {
  const probe: Evidence = {
    kind: 'probe',
    operation: 'erase sector 6',
    probe: 'ST-Link V2 066DFF',
    exitCode: 1,
    stages: ['init', 'halt', 'unlock', 'erase'],
    facts: { targetVoltage: 3.28, coreId: '0x2ba01477', timedOut: true },
    log: [
      'Info : stm32f2x.cpu: hardware has 6 breakpoints, 4 watchpoints',
      'Error: timed out waiting for flash',
      'Error: failed erasing sectors 6 to 6',
    ],
  };
  return [
    {
      number: 125,
      slot: 41.6,
      fixture: 1,
      unit: unit(201),
      attempt: 3,
      purpose: 'engineering',
      result: 'fail',
      trouble: {
        step: 'bootloader',
        stepResult: 'failed',
        failure: failureOf(
          'swd/erase-timeout',
          'Sector 6 did not finish erasing over SWD in 10 s.',
          { sector: 6, address: 0x0804_0000, command: 'erase' },
          [probe],
        ),
      },
      verdict: verdict('hold', 'D8', 'Failed on two fixtures in the same way: rework or analysis.', {
        operatorText: 'The sector does not erase over SWD either.',
        because: ['An independent path failed at the same sector.'],
        suspects: ['unit'],
        wouldChange: 'Nothing known.',
        instruction: { do: 'put-in-bin', bin: 'hold' },
        reason: 'independent path failed',
      }),
    },
  ];
}

function byTheOperator(): readonly Draft[] {
  const answer: Evidence = {
    kind: 'operator',
    question: 'Does the LED breathe cyan?',
    answer: 'no',
    operator: 'M. Okafor',
  };
  return [
    {
      number: 126,
      slot: 42.5,
      fixture: 2,
      unit: unit(217),
      result: 'fail',
      trouble: troubleAt(
        'verify',
        failureOf('operator/failed', 'The operator answered no to: Does the LED breathe cyan?', {}, [answer]),
      ),
      verdict: verdict('hold', 'D15', 'More than four attempts without repair: hold for engineering.', {
        operatorText: 'The LED is not as it should be.',
        because: ['Answered by M. Okafor.'],
        suspects: ['unit'],
        wouldChange: 'A second look by a technician.',
        instruction: { do: 'put-in-bin', bin: 'hold' },
        reason: 'LED dark',
      }),
    },
  ];
}

function references(): readonly Draft[] {
  const golden: UnitIdentity = { ...unit(900), label: 'GOLDEN-1' };
  return [
    {
      number: 127,
      slot: 12.8,
      fixture: 3,
      unit: golden,
      purpose: 'golden',
      verdict: {
        ruleText: 'Golden unit: must pass, and did.',
        operatorText: 'The golden unit passed.',
        because: ['Fixture 3 is trusted until 14:00.'],
      },
    },
  ];
}

function signaturesOf(runs: readonly RunRecord[]): readonly Signature[] {
  const scrapped = runs.find((run) => run.verdict.disposition === 'scrap')!;
  const reworked = runs.find((run) => run.verdict.disposition === 'rework')!;
  const at = (minutes: number): string => iso(START_MS + minutes * 60_000);
  return [
    {
      runId: reworked.runId,
      by: 'R. Amari',
      role: 'engineer',
      at: at(4),
      decision: 'rework',
      reason: 'bootloader of 2014, write 1006 over SWD',
    },
    {
      runId: scrapped.runId,
      by: 'T. Lindqvist',
      role: 'quality',
      at: at(41),
      decision: 'scrap',
      reason: 'flash sector 6 does not erase, repair not feasible',
    },
    {
      runId: scrapped.runId,
      by: 'R. Amari',
      role: 'engineer',
      at: at(44),
      decision: 'scrap',
      reason: 'confirmed over SWD',
    },
  ];
}

const SAMPLE = madeSample();
