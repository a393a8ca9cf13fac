// Generated firmware files, read by Flashline and by programs of others: the pieces must be equal.
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { createSeededRandom, type Random } from '../../../src/base/random.ts';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { END, formatHexRecord } from '../../device/firmware/record-writers.ts';
import { drawDfuse, drawElf, drawIntelHex, drawSRecord, drawUf2 } from './generate-files.ts';
import { buildHostileFiles } from './hostile-files.ts';
import { convertToHex, readByPython, readElfByObjdump, readTextByObjdump, run, storeFiles } from './outside-readers.ts';
import { formatPieces, type Piece } from './piece-map.ts';

const SEED = process.env.SEED ?? '21';
const FILES = Number(process.env.FILES ?? 10_000);
/** Files that are converted one a call. */
const SAMPLE = 60;
process.stdout.write(`seed ${SEED}, ${FILES} files of each format\n`);

describe('generated files', () => {
  it('in Intel HEX are what Python’s intelhex and objdump read, and what srec_cat and objcopy write', () => {
    const { files, paths } = draw('hex', drawIntelHex);
    const ours = files.map(readOurs);
    expectEqualPieces(ours, readByPython('intel-hex', paths), files);
    expectEqualPieces(ours, readTextByObjdump('ihex', paths), files);
    expectEqualPieces(ours.slice(0, SAMPLE), convertSample('srec_cat', '-Intel', paths), files);
    expectEqualPieces(ours.slice(0, SAMPLE), convertSample('objcopy', 'ihex', paths), files);
  });

  it('in Intel HEX with records that wrap in their segment are what srec_cat reads', () => {
    const random = createSeededRandom(`${SEED}/wrap`);
    const files = Array.from({ length: SAMPLE }, () => {
      const base = formatHexRecord(2, 0, [0x10, random.drawInteger(256)]);
      const bytes = Array.from({ length: 2 + random.drawInteger(30) }, () => random.drawInteger(256));
      const data = formatHexRecord(0, 0x10000 - 1 - random.drawInteger(bytes.length - 1), bytes);
      return new TextEncoder().encode(`${base}\n${data}\n${END}\n`);
    });
    expectEqualPieces(files.map(readOurs), convertSample('srec_cat', '-Intel', storeFiles(files, 'hex')), files);
  });

  it('in S-record are what objdump reads, and what srec_cat and objcopy write', () => {
    const { files, paths } = draw('srec', drawSRecord);
    const ours = files.map(readOurs);
    expectEqualPieces(ours, readTextByObjdump('srec', paths), files);
    expectEqualPieces(ours.slice(0, SAMPLE), convertSample('srec_cat', '-Motorola', paths), files);
    expectEqualPieces(ours.slice(0, SAMPLE), convertSample('objcopy', 'srec', paths), files);
  });

  it('in ELF are what objdump loads, and what objcopy writes', () => {
    const { files, paths } = draw('elf', drawElf);
    const ours = files.map(readOurs);
    expectEqualPieces(ours, readElfByObjdump(paths), files);
    expectEqualPieces(ours.slice(0, SAMPLE), convertSample('objcopy', 'elf32-little', paths), files);
  });

  it('in DfuSe are what Python’s struct reads, with a suffix that dfu-suffix finds right', () => {
    const { files, paths } = draw('dfu', drawDfuse);
    expectEqualPieces(files.map(readOurs), readByPython('dfuse', paths), files);
    for (const path of paths.slice(0, SAMPLE)) expect(run('dfu-suffix', ['-c', path])).toContain('BCD DFU:');
  });

  it('in UF2 are what Python’s struct reads', () => {
    const { files, paths } = draw('uf2', drawUf2);
    expectEqualPieces(files.map(readOurs), readByPython('uf2', paths), files);
  });

  it('with a DFU suffix are byte for byte what dfu-suffix makes of them', () => {
    const random = createSeededRandom(`${SEED}/suffix`);
    const payloads = Array.from({ length: SAMPLE }, () =>
      Uint8Array.from({ length: 64 }, () => random.drawInteger(256)),
    );
    const paths = storeFiles(payloads, 'bin');
    const suffixed = payloads.map((payload, at) => {
      const [vendorId, productId, bcdDevice] = [0, 1, 2].map(() => random.drawInteger(0x10000)) as [
        number,
        number,
        number,
      ];
      const bcdDfu = random.pick([0x0100, 0x011a]);
      const ids = ['-v', vendorId, '-p', productId, '-d', bcdDevice, '-S', bcdDfu].map((one) =>
        typeof one === 'number' ? `0x${one.toString(16)}` : one,
      );
      run('dfu-suffix', [...ids, '-a', paths[at]!]);
      return encodeDfuSuffix(payload, { vendorId, productId, bcdDevice, bcdDfu });
    });
    expect(suffixed.map(toHex)).toEqual(
      paths.map((path) => run('od', ['-An', '-v', '-tx1', path]).replaceAll(/\s/g, '')),
    );
  });
});

describe('200 hostile files', () => {
  it('are refused, each with a code and a hint, by nothing but a firmware error', () => {
    const hostile = buildHostileFiles(createSeededRandom(`${SEED}/hostile`));
    expect(hostile.length).toBeGreaterThanOrEqual(200);
    const passed = hostile.filter(({ name, fileName, bytes }) => {
      try {
        readFirmwareImage(bytes, { fileName });
        return true;
      } catch (error) {
        expect(error, name).toBeInstanceOf(FirmwareError);
        expect((error as FirmwareError).hint.length, name).toBeGreaterThan(10);
        return false;
      }
    });
    expect(passed.map(({ name }) => name)).toEqual([]);
  });
});

function draw(ending: string, drawFile: (random: Random) => Uint8Array) {
  const random = createSeededRandom(`${SEED}/${ending}`);
  const files = Array.from({ length: FILES }, () => drawFile(random));
  return { files, paths: storeFiles(files, ending) };
}

function readOurs(file: Uint8Array): readonly Piece[] {
  return placeFirmwareImage(readFirmwareImage(file), {}).flatMap(({ alternate, segments }) =>
    segments.map(({ address, bytes }): Piece => [String(alternate ?? '-'), address, toHex(bytes)]),
  );
}

function convertSample(program: 'objcopy' | 'srec_cat', format: string, paths: readonly string[]) {
  const converted = paths.slice(0, SAMPLE).map((path) => convertToHex(program, format, path));
  return readByPython('intel-hex', converted);
}

/** Names the first file that differs; of 10,000 nobody reads more. */
function expectEqualPieces(
  ours: readonly (readonly Piece[])[],
  theirs: readonly (readonly Piece[])[],
  files: readonly Uint8Array[],
): void {
  expect(theirs).toHaveLength(ours.length);
  const differing = ours.findIndex(
    (pieces, at) => formatPieces(pieces).join('\n') !== formatPieces(theirs[at]!).join('\n'),
  );
  if (differing < 0) return;
  const file = Buffer.from(files[differing]!).toString('latin1').slice(0, 2000);
  expect({ file, pieces: formatPieces(ours[differing]!) }).toEqual({ file, pieces: formatPieces(theirs[differing]!) });
}
