// Programs of others that read firmware files, many files a call, and what they say as pieces.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Piece } from './piece-map.ts';

/** Files of one call: the command line has an end. */
const BATCH = 500;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** The files in a folder of their own, by their paths. */
export function storeFiles(files: readonly Uint8Array[], ending: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'flashline-images-'));
  return files.map((bytes, at) => {
    const path = join(folder, `${at}.${ending}`);
    writeFileSync(path, bytes);
    return path;
  });
}

/** Python: the package intelhex, and struct for DfuSe and UF2. */
export function readByPython(format: string, paths: readonly string[]): readonly (readonly Piece[])[] {
  const script = join(import.meta.dirname, 'read-pieces.py');
  const input = paths.map((path) => `${format} ${path}\n`).join('');
  const out = run('/usr/bin/python3', [script], input);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as readonly Piece[]);
}

/** GNU binutils: the contents that objdump prints of text formats. */
export function readTextByObjdump(target: string, paths: readonly string[]): readonly (readonly Piece[])[] {
  return dumpInBatches(['-s', '-b', target], paths, (lines) =>
    lines.flatMap((line): readonly Piece[] => {
      const match = /^ ([0-9a-f]+) (.{35})/.exec(line);
      return match ? [['-', Number.parseInt(match[1]!, 16), match[2]!.replaceAll(' ', '')]] : [];
    }),
  );
}

/** GNU binutils: the sections that objdump calls loaded, with the load address that it gives them. */
export function readElfByObjdump(paths: readonly string[]): readonly (readonly Piece[])[] {
  return dumpInBatches(['-h'], paths, (lines, path) => {
    const file = readFileSync(path);
    return lines.flatMap((line, at): readonly Piece[] => {
      const match = /^ +\d+ \S* +([0-9a-f]{8}) +[0-9a-f]{8} +([0-9a-f]{8}) +([0-9a-f]{8}) /.exec(line);
      if (!match || !/CONTENTS, ALLOC, LOAD/.test(lines[at + 1]!)) return [];
      const [size, address, offset] = match.slice(1).map((digits) => Number.parseInt(digits, 16));
      return [['-', address!, file.subarray(offset, offset! + size!).toString('hex')]];
    });
  });
}

/** The file as objcopy or srec_cat writes it again in Intel HEX, which Python reads. */
export function convertToHex(program: 'objcopy' | 'srec_cat', format: string, path: string): string {
  const converted = `${path}.${program}.hex`;
  if (program === 'objcopy') run('arm-none-eabi-objcopy', ['-I', format, '-O', 'ihex', path, converted]);
  else run('srec_cat', [path, format, '-Output', converted, '-Intel']);
  return converted;
}

/** What a program prints; throws when it fails. */
export function run(program: string, args: readonly string[], input = ''): string {
  return execFileSync(program, args, {
    ...{ input, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function dumpInBatches(
  options: readonly string[],
  paths: readonly string[],
  read: (lines: readonly string[], path: string) => readonly Piece[],
): readonly (readonly Piece[])[] {
  const found = new Map<string, readonly Piece[]>();
  for (let at = 0; at < paths.length; at += BATCH) {
    const out = run('arm-none-eabi-objdump', [...options, ...paths.slice(at, at + BATCH)]);
    for (const part of out.split(/^(?=\S+: +file format )/m)) {
      const path = /^(\S+): +file format /.exec(part)?.[1];
      if (path !== undefined) found.set(path, read(part.split('\n'), path));
    }
  }
  return paths.map((path) => found.get(path) ?? []);
}
