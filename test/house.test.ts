// The house itself: imports run down, no circles, each outside library in its own room, no dead file, one sentence per file.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bannedWords, corners, namedExceptions, verbs } from './house-words.ts';

/** Rooms from the ground up; a file may import its own room and rooms of lower floors. */
const FLOORS: readonly (readonly string[])[] = [
  ['base'],
  ['domain'],
  ['equipment', 'verdict', 'record'],
  ['device', 'bench', 'screen', 'report', 'exchange', 'line', 'equipment/drivers'],
  ['recipe'],
  ['station'],
  ['simulation'],
  ['cli'],
];

/** Outside libraries and the only rooms (or files) that may import them. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  usb: ['equipment/drivers'],
  serialport: ['equipment/drivers'],
  xstate: ['station'],
  ink: ['screen'],
  react: ['screen'],
  'string-width': ['screen'],
  yaml: ['recipe', 'station'],
  zod: ['recipe', 'station', 'simulation/population'],
  commander: ['cli'],
  'bwip-js': ['report'],
  pg: ['line'],
  'node:sqlite': ['record'],
  'node:net': ['bench', 'equipment/drivers'],
  'node:child_process': ['equipment/drivers', 'bench', 'cli'],
};

/** Words that may stand only in the named rooms. */
const RESERVED: readonly { readonly what: RegExp; readonly where: readonly string[]; readonly instead: string }[] = [
  { what: /\bprocess\.(argv|exit|exitCode)\b/, where: ['cli'], instead: 'return a value and let cli decide' },
  { what: /\bconsole\.\w+\(/, where: [], instead: 'emit an event or return text; cli/output/terminal.ts alone prints' },
  {
    what: /\bprocess\.(stdout|stderr)\b|\bwriteSync\(\s*[12]\b/,
    where: ['cli/output/terminal.ts', 'cli/session/show-station.ts', 'cli/session/board'],
    instead: 'print through cli/output/terminal.ts, which sanitises, and waits for no reader',
  },
  {
    what: /\bDate\.now\(|\bperformance\.now\(|(?<![.\w])setTimeout\(|\bsetInterval\(|\bsetImmediate\(/,
    where: ['base/clock.ts'],
    instead: 'take a Clock',
  },
  {
    what: /\bmkdir(Sync)?\(/,
    where: ['base/make-folder.ts'],
    instead: 'call makeFolder, which ends also where the system takes no folder',
  },
  { what: /\bMath\.random\(/, where: [], instead: 'take a Random from base/random' },
];

const FORBIDDEN_FOLDERS = /(^|\/)(utils?|helpers?|common|managers?|services?|misc|shared)(\/|\.|$)/;
const MAX_FILE_LINES = 400;
/** Files flat in one folder: more want corners. */
const MAX_FLAT_FILES = 17;

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const files: readonly SourceFile[] = globSync('src/**/*.{ts,tsx}').sort().map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));

describe('the house', () => {
  it('imports only downwards, never a neighbour on the same floor', () => {
    const upward = edges()
      .filter(({ from, to }) => from.room !== to.room && floorOf(to.room) >= floorOf(from.room))
      .filter(({ from, to }) => !(from.room === 'equipment/drivers' && to.room === 'equipment'))
      .map(({ from, to }) => `${from.path} imports ${to.path}`);
    expect(upward).toEqual([]);
  });

  it('has floors inside its rooms too: a corner is imported from above only', () => {
    const upward = Object.entries(corners).flatMap(([room, floors]) =>
      edges()
        .filter(({ from, to }) => isInFolder(from, room) && isInFolder(to, room))
        .map(({ from, to }) => ({ from, to, corners: [cornerOf(from, room), cornerOf(to, room)] as const }))
        .filter(({ corners: [own, other] }) => own !== other)
        .filter(({ corners: [own, other] }) => levelOf(floors, other, room) >= levelOf(floors, own, room))
        .map(({ from, to }) => `${from.path} imports ${to.path}`),
    );
    expect(upward).toEqual([]);
  });

  it('has no folder with more flat files than one looks over', () => {
    const counts = Map.groupBy(files, ({ path }) => dirname(path));
    expect([...counts].filter(([, { length }]) => length > MAX_FLAT_FILES).map(([folder]) => folder)).toEqual([]);
  });

  it('exports no name from two rooms; the bench speaks for itself', () => {
    const rooms = new Map<string, Set<string>>();
    for (const file of files.filter(({ room }) => room !== 'bench'))
      for (const name of listExports(file)) rooms.set(name, (rooms.get(name) ?? new Set()).add(file.room));
    expect([...rooms].filter(([, { size }]) => size > 1).map(([name, of]) => `${name}: ${[...of].join(', ')}`)).toEqual(
      [],
    );
  });

  it('begins every exported function with a verb', () => {
    const functions = files
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map((match) => `${match[1]} in ${path}`),
      );
    const others = functions.filter(
      (name) => !verbs.has(/^[a-z]+/.exec(name)?.[0] ?? '') && !namedExceptions.has(name.split(' ')[0]!),
    );
    expect(others).toEqual([]);
  });

  it('uses the field’s words in the names of files and exports', () => {
    const strange = files.flatMap((file) =>
      [...listExports(file), file.path.split('/').at(-1)!].flatMap((name) =>
        splitName(name)
          .filter((word) => Object.hasOwn(bannedWords, word))
          .map((word) => `${name} in ${file.path}: for ${word} write ${bannedWords[word]}`),
      ),
    );
    expect(strange).toEqual([]);
  });

  it('has no circle of files', () => {
    expect(circles()).toEqual([]);
  });

  it('keeps each outside library in its own room', () => {
    const strays = files.flatMap((file) =>
      file.imports
        .filter((name) => !name.startsWith('.'))
        .filter((name) => {
          const library = Object.keys(LIBRARIES).find((known) => name === known || name.startsWith(`${known}/`));
          if (!library) return !name.startsWith('node:');
          return !LIBRARIES[library]!.some((room) => isIn(file, room));
        })
        .map((name) => `${file.path} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it('keeps the bench and the device code apart, so that a wrong codec cannot agree with itself', () => {
    const shared = edges()
      .filter(({ from, to }) => from.room === 'bench' && (to.room === 'device' || to.room === 'recipe'))
      .map(({ from, to }) => `${from.path} imports ${to.path}`);
    expect(shared).toEqual([]);
  });

  it('lets no rule, station or record reach the hidden truth of a simulated population', () => {
    const knowing = ['src/simulation/population/line-truth.ts', 'src/simulation/population/population.ts'];
    expect(knowing.filter((path) => !byPath.has(path))).toEqual([]);
    const judging = files.filter(({ room }) => ['verdict', 'record', 'station', 'recipe', 'domain'].includes(room));
    const reached = new Set(judging.flatMap(({ path }) => [...reachableFrom(path)]));
    expect([...reached].filter((path) => path.startsWith('src/simulation/'))).toEqual([]);
    const readers = edges()
      .filter(({ to }) => knowing.includes(to.path))
      .map(({ from }) => from.path);
    expect(readers.filter((path) => !path.startsWith('src/simulation/'))).toEqual([]);
  });

  it('uses time, randomness, the console and the exit code only where they belong', () => {
    const strays = files.flatMap((file) =>
      RESERVED.filter(
        ({ what, where }) => what.test(withoutComments(file.text)) && !where.some((room) => isIn(file, room)),
      ).map(({ what, instead }) => `${file.path}: ${what.source} (${instead})`),
    );
    expect(strays).toEqual([]);
  });

  it('loads code late only from the list of verbs, and where it is native or draws', () => {
    const late = files.filter(({ text }) => /\bimport\(/.test(withoutComments(text))).map(({ path }) => path);
    expect(late).toEqual([
      'src/cli/session/load-real-equipment.ts',
      'src/cli/session/show-station.ts',
      'src/cli/verb-list.ts',
    ]);
  });

  it('opens every file with one sentence that says what it is for', () => {
    const silent = files
      .filter((file) => !/^(\/\/ .{20,}|\/\*\* .{20,})/.test(file.text.replace(/^#!.*\n/, '')))
      .map((file) => file.path);
    expect(silent).toEqual([]);
  });

  it('has no dead file: everything is reached from the program’s entry or its board’s', () => {
    const programs = ['src/cli/main.ts', 'src/cli/session/board/board-main.ts'];
    const reached = new Set(programs.flatMap((entry) => [...reachableFrom(entry)]));
    expect(files.map((file) => file.path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('names folders and files by what they hold', () => {
    expect(files.map((file) => file.path).filter((path) => FORBIDDEN_FOLDERS.test(path))).toEqual([]);
  });

  it('keeps files small enough to read in one sitting', () => {
    const long = files
      .map((file) => `${file.path}: ${file.text.split('\n').length}`)
      .filter((line) => Number(line.split(': ')[1]) > MAX_FILE_LINES);
    expect(long).toEqual([]);
  });
});

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const code = withoutComments(text);
  const imports = [...code.matchAll(/(?<!-)(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return { path, room: roomOf(path), text, imports };
}

function roomOf(path: string): string {
  const inside = path.replace(/^src\//, '');
  return inside.startsWith('equipment/drivers/') ? 'equipment/drivers' : inside.split('/')[0]!;
}

function isIn(file: SourceFile, place: string): boolean {
  const inside = file.path.replace(/^src\//, '');
  return inside === place || file.room === place || inside.startsWith(`${place}/`);
}

function isInFolder(file: SourceFile, folder: string): boolean {
  return file.path.startsWith(`src/${folder}/`);
}

/** The folder right inside a room that a file lies in; `.` for the room's own files. */
function cornerOf({ path }: SourceFile, room: string): string {
  const inside = path.slice(`src/${room}/`.length).split('/');
  return inside.length > 1 ? inside[0]! : '.';
}

function levelOf(floors: readonly (readonly string[])[], corner: string, room: string): number {
  const level = floors.findIndex((names) => names.includes(corner));
  expect(level, `corner ${corner} of ${room} has no floor in house-words.ts`).toBeGreaterThanOrEqual(0);
  return level;
}

function listExports({ text }: SourceFile): readonly string[] {
  return [...text.matchAll(/^export (?:async )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm)].map(
    (match) => match[1]!,
  );
}

/** `findSectorAt` and `find-sector-at` are three words each. */
function splitName(name: string): readonly string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase());
}

function floorOf(room: string): number {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
  expect(floor, `room ${room} has no floor in FLOORS`).toBeGreaterThanOrEqual(0);
  return floor;
}

function targetsOf(file: SourceFile): readonly SourceFile[] {
  return file.imports
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(file.path), name)))
    .flatMap((path) => byPath.get(path) ?? []);
}

function edges(): readonly { readonly from: SourceFile; readonly to: SourceFile }[] {
  return files.flatMap((from) => targetsOf(from).map((to) => ({ from, to })));
}

function reachableFrom(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [entry];
  for (let path = open.pop(); path; path = open.pop()) {
    const file = byPath.get(path);
    if (!file || seen.has(path)) continue;
    seen.add(path);
    open.push(...targetsOf(file).map((target) => target.path));
  }
  return seen;
}

function circles(): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: SourceFile, trail: readonly string[]): void => {
    if (trail.includes(file.path)) {
      found.push([...trail.slice(trail.indexOf(file.path)), file.path].join(' > '));
      return;
    }
    if (done.has(file.path)) return;
    for (const target of targetsOf(file)) walk(target, [...trail, file.path]);
    done.add(file.path);
  };
  for (const file of files) walk(file, []);
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
