// The questions of `flashline init`: each with its default, asked only on a terminal and only where no option answers it.
import { createInterface } from 'node:readline';
import { dfuPersonalities } from '../../../bench/dfu-device/dfu-personality.ts';
import type { Person } from '../../../domain/people/person.ts';
import { readDeviceName } from '../../input/device-name.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { parseRole } from '../../options/person-options.ts';
import type { Terminal } from '../../output/terminal.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { initVerb } from './init-verb.ts';

/** What a new folder is made from. */
export interface ProjectPlan {
  readonly folder: string;
  readonly product: string;
  readonly part: string;
  /** A device of the virtual bench. */
  readonly device: ReturnType<typeof readDeviceName>;
  /** Null: an example image is made. */
  readonly imageFile: string | null;
  readonly fixtureCount: number;
  readonly people: readonly Person[];
}

const DEFAULTS = { product: 'Example Board', part: 'EXAMPLE-1', device: 'stm32f407', fixtures: '4' } as const;
/** What a station file takes. */
const MAX_FIXTURES = 64;

type InitInput = VerbInput<typeof initVerb>;

/** Throws StationError `cli/argument` for an answer or option that is none. */
export async function readProjectPlan({ terminal }: Cli, input: InitInput): Promise<ProjectPlan> {
  const questions = input.yes || !terminal.isInteractive ? null : openQuestions(terminal);
  const answer = async (given: string | undefined, question: string, fallback: string): Promise<string> =>
    given ?? ((await questions?.ask(`${question} [${fallback}]: `)) || fallback);
  try {
    const product = await answer(input.product, 'Name of the product', DEFAULTS.product);
    const part = await answer(input.part, 'Part number', DEFAULTS.part);
    if (questions && input.device === undefined)
      terminal.writeOut(`Devices: ${Object.keys(dfuPersonalities).join(', ')}\n`);
    const device = readDeviceName(await answer(input.device, 'What it is in DFU mode', DEFAULTS.device));
    const image = await answer(input.image, 'Firmware file; none makes an example', 'none');
    const count = parsePositiveNumber(await answer(input.fixtures, 'Fixtures', DEFAULTS.fixtures), '--fixtures');
    if (count > MAX_FIXTURES)
      throw createArgumentError(`--fixtures is ${count}`, `a station has at most ${MAX_FIXTURES}`);
    const imageFile = image === 'none' ? null : image;
    return {
      ...{ folder: input.folder, product, part, device, imageFile, fixtureCount: count },
      people: (input.person ?? []).map(readPerson),
    };
  } finally {
    questions?.close();
  }
}

interface Questions {
  /** The line that was typed; empty where nothing was, and at the end of the input. */
  ask(question: string): Promise<string>;
  close(): void;
}

/** The kernel echoes what is typed. */
function openQuestions({ writeOut }: Terminal): Questions {
  const reader = createInterface({ input: process.stdin });
  const lines = reader[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      writeOut(question);
      const { value, done } = await lines.next();
      return done ? '' : String(value).trim();
    },
    close: () => reader.close(),
  };
}

function readPerson(text: string): Person {
  const [, id, role] = /^(.+):([a-z]+)$/.exec(text.trim()) ?? [];
  if (id === undefined || role === undefined)
    throw createArgumentError(`--person is "${text}"`, 'write name and role, as in --person "Q. Uality:quality"');
  return { id: id.trim(), role: parseRole(role) };
}
