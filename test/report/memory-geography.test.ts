// The map that a bootloader announces is taken at its word only where it makes sense and fits what was flashed.
import { describe, expect, it } from 'vitest';
import type { FlashImageEvidence } from '../../src/domain/run/evidence.ts';
import { findMemoryRegions } from '../../src/report/unit/memory-map.ts';
import { sampleRun } from './sample-batch.ts';

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

  it('are those announced also where the map has several regions, or thousands of sectors', () => {
    const sectors = (name: string): number => findMemoryRegions(announcing(name), images)[0]!.sectors.length;
    const photon = '@Internal Flash/0x08000000/04*016Kg,01*064Kg,07*128Kg';
    expect(sectors(`${photon}/0x90000000/4096*4Kg`)).toBe(12 + 4096);
    expect(sectors(`${photon}/0x90000000/04*512g`)).toBe(16);
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
