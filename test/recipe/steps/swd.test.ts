// Steps over the debug probe: the right unit first, nothing erased without leave, nothing passed that is not proved.

import { describe, expect, it } from 'vitest';
import type { Photon } from '../../../src/bench/photon/photon-board.ts';
import { buildSyntheticRelease } from '../../../src/bench/photon/synthetic-images.ts';
import type { Operator } from '../../../src/equipment/operator.ts';
import type { RecipeImage } from '../../../src/recipe/recipe.ts';
import { imageAt } from '../recipe-image.ts';
import { bareRecipe, scriptedOperator } from '../surroundings.ts';
import {
  type BenchFixture,
  type BenchFixtureOptions,
  benchFixture,
  outcomeOf,
  photon,
  photonRecipe,
} from './bench-fixture.ts';
import { type DirectProbe, directProbe } from './direct-probe.ts';

const { bytes, name } = buildSyntheticRelease('2.3.1').bootloader;
const bootloader: RecipeImage = { ...imageAt(name, 0x0800_0000, bytes), write: 'swd' };
const recipe = bareRecipe({ images: [bootloader] });

function onProbe(probe: DirectProbe, board: Photon, options: BenchFixtureOptions = {}): BenchFixture {
  return benchFixture({ board, recipe, ...options, equipment: { probe, ...options.equipment } });
}

describe('a step over the probe', () => {
  it('is the station’s trouble at a fixture that has none', async () => {
    const report = await benchFixture({ board: photon('without'), recipe }).step('swd-examine');
    expect(report.result).toBe('errored');
    expect(outcomeOf(report)).toBe('swd/no-probe');
  });

  it('writes nothing when the probe is on another unit than the one on the bus', async () => {
    const board = photon('mixed up');
    const probe = directProbe(board, { uniqueId: 'ffffffffffffffffffffffff' });
    const fixture = onProbe(probe, board);
    fixture.station.surroundings.updateUnit({ identity: { deviceId: board.deviceId } });
    expect(outcomeOf(await fixture.step('swd-flash', [name]))).toBe('identity/swapped');
    expect(probe.deeds).toEqual(['examine']);
    expect(fixture.station.intents).toEqual([]);
  });

  it('writes nothing to a chip of another family', async () => {
    const board = photon('other chip');
    const probe = directProbe(board, { deviceId: '0x10006413' });
    expect(outcomeOf(await onProbe(probe, board).step('swd-flash', [name]))).toBe('swd/wrong-chip');
    expect(probe.deeds).toEqual(['examine']);
  });
});

describe('swd-examine', () => {
  it('says what is protected, learns who the unit is, and holds its supply to the limits', async () => {
    const board = photon('examined');
    const limits = [{ name: 'supply voltage', unit: 'V', nominal: '3.3 V ± 5 %' }];
    const fixture = onProbe(directProbe(board, { writeProtectedSectors: [0, 5] }), board);
    const report = await fixture.step('swd-examine', { limits });
    expect(outcomeOf(report)).toBe('passed');
    expect(fixture.unit().identity.deviceId).toBe(board.deviceId);
    expect(report.evidence.map((item) => (item.kind === 'note' ? item.text : '')).join()).toContain(
      'write-protected: sector 0, 5',
    );
    const low = onProbe(directProbe(board, { supplyMv: 3_000 }), board);
    expect(outcomeOf(await low.step('swd-examine', { limits }))).toBe('measurement/out-of-limits');
  });

  it('fails on write protection only where the recipe says so', async () => {
    const board = photon('protected');
    const report = await onProbe(directProbe(board), board).step('swd-examine', { 'when write-protected': 'fail' });
    expect(outcomeOf(report)).toBe('swd/write-protected');
    expect(report).toMatchObject({ failure: { site: { sector: 0 } } });
  });

  it.each([
    ['nobody answers', [], 'operator/no-answer'],
    ['the answer is no', ['no'], 'swd/read-protected'],
    ['the answer is a sentence that begins with no', ['No, ask the customer first'], 'swd/read-protected'],
    ['there is no reason beside the name', ['Ada'], 'swd/read-protected'],
    ['nobody is logged in', ['Ada, returned by the customer'], 'swd/read-protected', null],
  ])('leaves read protection alone when %s', async (_, answers, code, person: string | null = 'Ada') => {
    const board = photon('locked');
    board.flash.programOptionBytes({ rdp: 0 });
    const probe = directProbe(board);
    const fixture = onProbe(probe, board, { equipment: { probe, operator: scriptedOperator(answers, person) } });
    expect(outcomeOf(await fixture.step('swd-examine', { 'when read-protected': 'remove' }))).toBe(code);
    expect(probe.deeds).not.toContain('unlock');
  });

  it('takes read protection off when it is signed for, and the keys are put back afterwards', async () => {
    const board = photon('signed', { release: '2.3.1', setupHeld: true });
    const keys = board.flash.read(0x0800_4000, 2_850);
    board.flash.programOptionBytes({ rdp: 0, nWrp: 0xfff });
    const probe = directProbe(board);
    const operator = scriptedOperator(['Ada, returned by the customer']);
    const fixture = onProbe(probe, board, {
      recipe: photonRecipe(),
      equipment: { probe, operator },
    });
    await fixture.step('wait-for-device', 'dfu');
    expect(outcomeOf(await fixture.step('swd-examine', { 'when read-protected': 'remove' }))).toBe('passed');
    expect(probe.deeds).toEqual(['examine', 'examine', 'unlock', 'examine']);
    expect(operator.questions[0]!.text).toContain('Its keys were read over DFU');
    expect(board.flash.read(0x0800_4000, 2_850).every((byte) => byte === 0xff)).toBe(true);
    expect(fixture.unit().dctBackup).toHaveLength(2_850);
    reflash(board);
    await fixture.step('power-cycle');
    await fixture.step('wait-for-device', { usb: 'serial', within: '10 s' });
    const restored = await fixture.step('dct-restore');
    expect(outcomeOf(restored)).toBe('passed');
    expect(restored.evidence).toContainEqual(expect.objectContaining({ kind: 'identity', proof: 'same' }));
    expect(board.activity).toBe('system');
    expect(board.flash.read(0x0800_4000, 2_850)).toEqual(keys);
    expect(fixture.unit().dctBackup).toBeUndefined();
  });

  it('erases nothing when another unit is in the fixture once it is signed for', async () => {
    const board = photon('exchanged', { release: '2.3.1' });
    board.flash.programOptionBytes({ rdp: 0 });
    const changes: { uniqueId?: string } = {};
    const probe = directProbe(board, changes);
    const answers = scriptedOperator(['Ada, returned by the customer']);
    const ask: Operator['ask'] = (question, signal) => {
      changes.uniqueId = 'ffffffffffffffffffffffff';
      return answers.ask(question, signal);
    };
    const fixture = onProbe(probe, board, { recipe: photonRecipe(), equipment: { probe, operator: { ask } } });
    expect(outcomeOf(await fixture.step('swd-examine', { 'when read-protected': 'remove' }))).toBe('identity/swapped');
    expect(probe.deeds).toEqual(['examine', 'examine']);
    expect(fixture.unit().dctBackup).toBeUndefined();
    expect(fixture.station.intents).toEqual([]);
  });

  it('keeps the keys of a unit that runs its program by asking it into DFU mode', async () => {
    const board = photon('running', { release: '2.3.1' });
    board.flash.programOptionBytes({ rdp: 0 });
    const probe = directProbe(board);
    const fixture = onProbe(probe, board, {
      recipe: photonRecipe(),
      equipment: { probe, operator: scriptedOperator(['Ada, returned by the customer']) },
    });
    expect(outcomeOf(await fixture.step('swd-examine', { 'when read-protected': 'remove' }))).toBe('passed');
    expect(fixture.unit().dctBackup).toHaveLength(2_850);
  });

  it('goes on without a copy where no program answers, and says so when it asks', async () => {
    const board = photon('mute', { release: '2.3.1' });
    board.flash.forceBytes(0x0800_0000, new Uint8Array(16_384).fill(0xff));
    board.flash.programOptionBytes({ rdp: 0 });
    const probe = directProbe(board);
    const operator = scriptedOperator(['Ada, returned by the customer']);
    const fixture = onProbe(probe, board, { recipe: photonRecipe(), equipment: { probe, operator } });
    expect(outcomeOf(await fixture.step('swd-examine', { 'when read-protected': 'remove' }))).toBe('passed');
    expect(operator.questions[0]!.text).toContain('Its keys cannot be read and are lost');
    expect(fixture.unit().dctBackup).toBeNull();
    expect(outcomeOf(await fixture.step('dct-restore'))).toBe('passed');
  });
});

function reflash(board: Photon): void {
  const { systemPart1, systemPart2, userPart } = buildSyntheticRelease('2.3.1');
  for (const image of [{ address: 0x0800_0000, bytes }, systemPart1, systemPart2, userPart]) {
    board.flash.forceBytes(image.address, image.bytes);
  }
}

describe('swd-flash', () => {
  it('announces the write, keeps its evidence, and forgets what was known of the bootloader', async () => {
    const board = photon('flashed');
    const fixture = onProbe(directProbe(board), board);
    const report = await fixture.step('swd-flash', { images: [name], protect: [0] });
    expect(outcomeOf(report)).toBe('passed');
    expect(fixture.station.intents).toEqual([name]);
    expect(report.evidence).toContainEqual(
      expect.objectContaining({
        kind: 'flash-image',
        image: name,
        sectors: [{ sector: 0, address: 0x0800_0000, sizeBytes: 16_384, fate: 'verified' }],
      }),
    );
    expect(fixture.unit().bootloader).toBeNull();
  });

  it('passes the probe’s finding on as the unit’s failure, with its place', async () => {
    const board = photon('dead');
    const evidence = {
      kind: 'probe',
      operation: 'flash',
      probe: 'direct',
      exitCode: 1,
      stages: [],
      facts: {},
      log: [],
    } as const;
    const flash = {
      ok: false,
      code: 'swd/verify-mismatch',
      message: 'It differs.',
      address: 0x0800_0140,
      sector: 0,
      evidence,
    } as const;
    const report = await onProbe(directProbe(board, {}, { flash }), board).step('swd-flash', [name]);
    expect(report).toMatchObject({
      result: 'failed',
      failure: {
        code: 'swd/verify-mismatch',
        site: { image: name, address: 0x0800_0140, sector: 0 },
        evidence: [evidence],
      },
    });
  });
});

describe('an image that fills its sector in part, over SWD', () => {
  const START = 0x0800_4100;
  const settings = bytes.slice(0, 200);
  const flashed = async (restOfSector: RecipeImage['restOfSector'], isFull = true) => {
    const image = { ...imageAt('app', START, bytes.slice(0, 301)), write: 'swd' as const, restOfSector };
    const board = photon('in part');
    board.flash.forceBytes(0x0800_4000, new Uint8Array(0x4000).fill(0xff));
    if (isFull) for (const address of [0x0800_4000, 0x0800_6000]) board.flash.forceBytes(address, settings);
    const before = board.flash.read(0x0800_8000, 0x4000);
    const probe = directProbe(board);
    const report = await onProbe(probe, board, { recipe: bareRecipe({ images: [image] }) }).step('swd-flash', ['app']);
    expect(board.flash.read(0x0800_8000, 0x4000)).toEqual(before);
    const flash = report.evidence.find((item) => item.kind === 'flash-image');
    return { board, report, flash, deeds: probe.deeds };
  };
  const rests = [
    { address: 0x0800_4000, sizeBytes: 0x100 },
    { address: START + 301, sizeBytes: 0x4000 - 0x100 - 301 },
  ];

  it('takes the rest along with the erase, and names it', async () => {
    const { board, report, flash } = await flashed('erase');
    expect(outcomeOf(report)).toBe('passed');
    expect(board.flash.read(0x0800_6000, 200)).toEqual(new Uint8Array(200).fill(0xff));
    expect(flash).toMatchObject({ pieces: [{ address: START, sizeBytes: 301 }], lost: rests });
  });

  it('puts the rest back with it when the recipe keeps it', async () => {
    const { board, report, flash } = await flashed('keep');
    expect(outcomeOf(report)).toBe('passed');
    for (const address of [0x0800_4000, 0x0800_6000]) expect(board.flash.read(address, 200)).toEqual(settings);
    expect(board.flash.read(START, 301)).toEqual(bytes.slice(0, 301));
    expect(flash).toMatchObject({ kept: rests });
    expect(flash).not.toHaveProperty('lost');
  });

  it('is not begun when the recipe refuses and the rest is not blank', async () => {
    const { board, report, deeds } = await flashed('refuse');
    expect(report).toMatchObject({
      failure: { code: 'flash/not-blank', site: { image: 'app', address: 0x0800_4000 } },
    });
    expect(deeds).not.toContain('flash');
    expect(board.flash.read(0x0800_6000, 200)).toEqual(settings);
  });

  it('is flashed when the recipe refuses and the rest is blank', async () => {
    const { report, flash } = await flashed('refuse', false);
    expect(outcomeOf(report)).toBe('passed');
    expect(flash).not.toHaveProperty('lost');
  });
});

describe('swd-dump', () => {
  it('passes flash that holds the image, fails one that differs, and keeps no byte of a region that may hold keys', async () => {
    const board = photon('dumped');
    const fixture = onProbe(directProbe(board), board);
    await fixture.step('swd-flash', [name]);
    expect(outcomeOf(await fixture.step('swd-dump', name))).toBe('passed');
    board.flash.forceBytes(0x0800_0200, Uint8Array.of(~bytes[0x200]!));
    const differing = await fixture.step('swd-dump', name);
    expect(differing).toMatchObject({ failure: { code: 'swd/verify-mismatch', site: { address: 0x0800_0200 } } });
    const region = await fixture.step('swd-dump', { address: 0x0800_4000, 'size bytes': 16_384 });
    expect(region.evidence).toContainEqual(expect.objectContaining({ kind: 'read-back', differentByteCount: 0 }));
    expect(JSON.stringify(region.evidence)).not.toContain('actualHex');
  });
});

describe('swd-lock', () => {
  it('passes a unit whose debug port is closed after a power cycle, and one that was closed before', async () => {
    const board = photon('locking', { release: '2.3.1' });
    const probe = directProbe(board);
    const fixture = onProbe(probe, board);
    expect(outcomeOf(await fixture.step('swd-lock'))).toBe('passed');
    expect(outcomeOf(await fixture.step('swd-lock'))).toBe('passed');
    expect(probe.deeds).toEqual(['examine', 'lock', 'examine', 'examine', 'examine']);
  });

  it.each([
    ['ignored', 'swd/lock-failed'],
    ['swd/lock-failed', 'swd/lock-failed'],
    ['swd/low-voltage', 'swd/low-voltage'],
  ] as const)('never passes a unit whose lock came to this: %s; its failure is %s', async (lock, code) => {
    const board = photon('open', { release: '2.3.1' });
    expect(outcomeOf(await onProbe(directProbe(board, {}, { lock }), board).step('swd-lock'))).toBe(code);
  });

  it('never passes a unit that says it is locked and can still be read', async () => {
    const board = photon('leaking', { release: '2.3.1' });
    const probe = directProbe(board, { isFlashReadable: true });
    expect(outcomeOf(await onProbe(probe, board).step('swd-lock'))).toBe('swd/lock-failed');
  });
});
