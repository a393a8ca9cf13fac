// The map that a bootloader announces is taken at its word only where it makes sense and fits what was flashed.
import { describe, expect, it } from 'vitest';
import type { FlashImageEvidence } from '../../src/domain/run/evidence.ts';
import { findMemoryRegions, parseAnnouncedMemoryMap } from '../../src/report/unit/memory-map.ts';
import { sampleRun } from './sample-batch.ts';

describe('an announced map', () => {
  it('of a Photon has twelve sectors that end at one megabyte', () => {
    const { name, sectors } = parseAnnouncedMemoryMap(
      '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
    )!;
    expect([name, sectors.length, sectors.at(-1)!.address + sectors.at(-1)!.sizeBytes]).toEqual([
      'Internal Flash',
      12,
      0x0810_0000,
    ]);
    expect(sectors[5]).toEqual({ number: 5, address: 0x0802_0000, sizeBytes: 128 * 1024 });
  });

  it.each([
    '',
    '@',
    '@x/0x0/',
    '@x/0x08000000/99*',
    '@x/0x08000000/9999*001Kg',
    '@x/0x08000000/01*016Kz',
    'x/0x0/01*016Kg',
    `@x/0x0/${'01*016Kg,'.repeat(60)}`,
  ])('%s is none', (text) => {
    expect(parseAnnouncedMemoryMap(text)).toBeNull();
  });
});

describe('the memories of a run', () => {
  const run = sampleRun(1);
  const images: readonly FlashImageEvidence[] = run.steps
    .flatMap((step) => step.evidence)
    .filter((evidence): evidence is FlashImageEvidence => evidence.kind === 'flash-image');
  const announcing = (name: string) => ({
    ...run,
    steps: run.steps.map((step) => ({
      ...step,
      evidence: step.evidence.map((evidence) =>
        evidence.kind === 'usb-identity' ? { ...evidence, alternateNames: [name] } : evidence,
      ),
    })),
  });

  it('are those announced, with what a Photon keeps in each sector', () => {
    const [flash] = findMemoryRegions(run, images);
    expect(flash!.sectors.map((sector) => sector.use).slice(0, 3)).toEqual([
      'bootloader',
      'keys (DCT)',
      'keys (DCT), copy',
    ]);
  });

  it('are those of the microcontroller where nothing sensible was announced', () => {
    expect(findMemoryRegions(announcing('nonsense'), images)[0]!.sectors).toHaveLength(12);
  });

  it('are only the sectors that were seen where the announced map contradicts them', () => {
    const touched = images.map((image) => ({
      ...image,
      sectors: image.sectors.filter((sector) => sector.fate !== 'untouched'),
    }));
    const [flash] = findMemoryRegions(announcing('@Other /0x20000000/04*016Kg'), touched);
    expect(flash!.sectors.map((sector) => sector.number)).toEqual([5, 6, 7, 8, 9]);
  });
});
