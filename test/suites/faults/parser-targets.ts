// Everything that reads what comes from outside (files, devices, serial lines, scanners), each with honest inputs to start from.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHex } from '../../../src/base/bytes.ts';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { compilePattern } from '../../../src/base/pattern/pattern.ts';
import { toVisibleLines, toVisibleText } from '../../../src/base/visible-text.ts';
import {
  decodeConfigurationLength,
  decodeDeviceDescriptor,
  decodeDfuInterfaces,
  decodeStringDescriptor,
} from '../../../src/device/dfu/protocol/descriptors.ts';
import { decodeStatus } from '../../../src/device/dfu/protocol/dfu-wire.ts';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { createLineSplitter } from '../../../src/device/serial/line-splitter.ts';
import { decodeDeviceId, decodeDiagnostics, decodeMacAddress } from '../../../src/device/serial/listening-mode.ts';
import { matchAnswer } from '../../../src/device/serial/match-answer.ts';
import { decodeModuleList } from '../../../src/device/serial/module-list.ts';
import { parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';
import { createImageSource } from '../../../src/recipe/load/image-source.ts';
import { checkRecipeText } from '../../../src/recipe/load/load-recipe.ts';
import { stepKinds } from '../../../src/recipe/steps/step-kinds.ts';
import { type ChainRecord, computeRecordHash, type RecordKind } from '../../../src/record/chain/chain.ts';
import { startChainCheck } from '../../../src/record/chain/chain-check.ts';
import { checkFileSignature, parseKeyring } from '../../../src/record/people/file-signature.ts';
import { decodeInput, emptyDecoder, flushIdle } from '../../../src/screen/input/scan-decoder.ts';
import { checkStation } from '../../../src/station/file/load-station.ts';
import { parseCommandCard } from '../../../src/station/operators/command-card.ts';
import { builtModule } from '../../device/firmware/built-module.ts';
import { goodModuleList } from '../../device/serial/fake-connection.ts';
import type { FuzzTarget } from './fuzz.ts';

/** A target with its share of the executions: slow readers get fewer. */
export interface ParserTarget extends FuzzTarget {
  readonly share: number;
}

const text = (input: Uint8Array): string => new TextDecoder().decode(input);
const bytes = (...texts: readonly string[]): readonly Uint8Array[] => texts.map((one) => new TextEncoder().encode(one));

const module = builtModule();
const suffix = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff, bcdDfu: 0x0100 };
const firmware: readonly Uint8Array[] = [
  module,
  encodeDfuSuffix(module, suffix),
  encodeDfuseFile(
    [{ alternate: 0, name: 'part1', elements: [{ address: 0x0802_0000, bytes: module.subarray(0, 64) }] }],
    {
      ...suffix,
    },
  ),
  ...bytes(':020000040802F0\r\n:0B0010006164647265737320676170A7\r\n:00000001FF\r\n'),
  parseHex(
    '7f454c46010101000000000000000000020028000100000000000000340000000000000000000000340020000100000000000000010000005400000000000020000002080400000004000000050000000000000001020304',
  ),
];

const recipes = ['photon-demo', 'photon-2.3.1', 'stm32-rom'].map((name) => readFileSync(`recipes/${name}.yaml`));
const stations = ['virtual-8', 'bench-1'].map((name) => readFileSync(`stations/${name}.yaml`));

/** The targets; `folder` is where a file may be put that a reader takes by its name. */
export function parserTargets(): readonly ParserTarget[] {
  const stationFile = join(mkdtempSync(join(tmpdir(), 'flashline-fuzz-')), 'station.yaml');
  return [
    { name: 'recipe', share: 0.25, seeds: recipes, run: (input) => checkRecipeText('recipe.yaml', text(input), { stepKinds, images: createImageSource([]) }) },
    {
      name: 'station',
      share: 0.25,
      seeds: stations,
      run: (input) => {
        writeFileSync(stationFile, input);
        return checkStation(stationFile);
      },
    },
    { name: 'firmware', share: 1, seeds: firmware, run: (input) => placeFirmwareImage(readFirmwareImage(input), { address: 0x0802_0000 }) },
    { name: 'firmware, described', share: 1, seeds: firmware, run: (input) => describeFirmwareImage(input) },
    { name: 'USB descriptors', share: 1, seeds: descriptors, run: readDescriptors },
    { name: 'memory map', share: 1, seeds: bytes('@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg'), run: (input) => parseMemoryMap(text(input)) },
    { name: 'serial answers', share: 1, seeds: bytes('i\r\nYour device id is 1f002b000a47343333303531\r\n', 'MAC: 6c:0b:84:01:02:03\r\n', goodModuleList), run: readSerial },
    { name: 'scanner', share: 1, seeds: bytes('P000000001\r', 'FLASHLINE/bench-1/CONFIRM/3\r', 'FLASHLINE/bench-1/OPERATOR/Kim\r\n'), run: readScan },
    { name: 'patterns', share: 0.5, seeds: bytes('^P\\d{9}$', '(a|b)*c{2,3}', '[^a-z\\s]+?', '(?<id>[0-9a-f]{24})'), run: (input) => compilePattern(text(input)).find(`${text(input)}aaaaaaaaaaaaaaaaaaaaaaaa`) },
    { name: 'shown text', share: 1, seeds: bytes('\u001b]0;title\u0007red\u001b[31m', '\u009b2Jx\r\ny\tz', 'plain'), run: showText },
    { name: 'keyring and signature', share: 1, seeds: bytes('{"keys":[{"fingerprint":"ab","owner":"eli","role":"engineer","publicKey":"AA==","notAfter":"2027-01-01"}]}', '{"format":"flashline-signature-1","key":"ab","signedAt":"2026-01-01","sha256":"ab","signature":"AA=="}'), run: readSigned },
    { name: 'records', share: 1, seeds: bytes('{"run":{"steps":[]}}', '{"fingerprint":"ab","publicKey":"AA=="}', '{"sequence":1,"hash":"ab","key":"ab","signature":"AA=="}'), run: readChain },
  ]; // biome-ignore format: one target per line
}

// Recorded from bootloader 2.3.1 (vectors v2.3.1/enumerate).
const descriptors = [
  '1201000200000040042b06d0500201020301',
  '09022400010102c0320904000000fe0102060904000100fe01020709210bff0000101a01',
  '3203310066003000300032006200300030003000610034003700330034003300330033003300330030003300350033003100',
].map(parseHex);

function readDescriptors(input: Uint8Array): void {
  decodeDeviceDescriptor(input);
  decodeConfigurationLength(input);
  decodeDfuInterfaces(input);
  decodeStringDescriptor(input);
  decodeStatus(input);
}

function readSerial(input: Uint8Array): void {
  const lines = createLineSplitter();
  const cut = (input[0] ?? 0) % (input.length + 1);
  for (const chunk of [input.subarray(0, cut), input.subarray(cut)]) lines.push(chunk);
  lines.flush();
  matchAnswer('i', { end: 'quiet', bytes: input, replyMs: 1 }, compilePattern('[0-9a-f]{24}'));
  for (const read of [decodeModuleList, decodeDeviceId, decodeMacAddress, decodeDiagnostics]) read(text(input));
}

function readScan(input: Uint8Array): void {
  let state = emptyDecoder;
  for (const [index, character] of [...text(input)].entries())
    state = decodeInput(state, character, index * (1 + (input[0] ?? 0))).state;
  flushIdle(state, 1e9);
  parseCommandCard(text(input).trim(), 'bench-1');
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** What is shown may hold nothing that a terminal obeys. */
function showText(input: Uint8Array): void {
  if (CONTROL.test(toVisibleText(text(input)))) throw new Error('a control character came through');
  if (CONTROL.test(toVisibleLines(text(input)).replaceAll('\n', '')))
    throw new Error('a control character came through');
}

function readSigned(input: Uint8Array): void {
  checkFileSignature({ sha256: 'ab', signatureText: text(input), keyring: { keys: [] }, nowMs: 0 });
  parseKeyring(text(input));
}

/** Bodies with a hash that fits, so that everything behind the hash is reached. */
function readChain(input: Uint8Array): void {
  const check = startChainCheck('bench-1');
  for (const [index, kind] of (['key', 'checkpoint', 'run'] satisfies RecordKind[]).entries())
    check.addRecord(fittingRecord({ sequence: index + 1, kind, at: '', prevHash: check.head.hash, body: text(input) }));
  check.finish([]);
}

function fittingRecord(link: Omit<ChainRecord, 'hash'>): ChainRecord {
  return { ...link, hash: computeRecordHash({ ...link, bodySha256: computeSha256Hex(link.body) }, 'bench-1') };
}
