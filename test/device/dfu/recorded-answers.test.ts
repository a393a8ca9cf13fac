// The host against every recorded answer of every bootloader generation: each command's outcome is called what it was.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import type { DfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import type { UsbErrorKind } from '../../../src/equipment/usb.ts';
import { type ScriptedAnswer, scriptedDevice, sessionOn } from './scripted-device.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/photon-dfu');
const ERRORS: Readonly<Record<string, UsbErrorKind>> = {
  stall: 'stalled',
  gone: 'gone',
  hang: 'silent',
  nak: 'silent',
  fault: 'silent',
  babble: 'babble',
};
const SITE = { stage: 'write', command: 'DNLOAD' } as const;
const GETSTATUS = 'a103000000000600';
const DNLOAD = /^2101(..)00/;
const UPLOAD = /^a102(..)00/;

interface Recorded {
  readonly step: number;
  readonly setup?: string;
  readonly out?: string | { readonly len: number };
  readonly reply?: string | object;
  readonly note?: string;
}

/** One command with the answers that followed it, and what became of it. */
interface RecordedCommand {
  readonly where: string;
  readonly setup: string;
  readonly out: string | { readonly len: number };
  readonly answers: readonly ScriptedAnswer[];
  readonly outcome: string;
}

describe.each(readdirSync(VECTORS).sort())('recorded bootloader %s', (generation) => {
  const recordings = readdirSync(join(VECTORS, generation))
    .sort()
    .map((name) => readSteps(generation, name));

  it('has every erase, write and SET_ADDRESS called what the recording shows, with no request too many', async () => {
    const clock = createVirtualClock();
    clock.runFreely();
    const commands = recordings.flatMap(commandsIn);
    for (const command of commands) {
      const device = scriptedDevice(command.answers);
      const outcome = await outcomeOf(() => carryOut(sessionOn(device, clock), command));
      expect(`${command.where}: ${outcome}`).toBe(`${command.where}: ${command.outcome}`);
      expect(device.usedCount, command.where).toBe(command.answers.length);
    }
    clock.stop();
    expect(commands.length).toBeGreaterThan(150);
    const outcomes = new Set(commands.map((command) => command.outcome));
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['done', 'silent', generation.startsWith('spark') ? 'gone' : 'stalled']),
    );
  });

  it('has every upload taken as it came, or refused when it is short', async () => {
    const uploads = recordings.flatMap((steps) => steps.filter((step) => UPLOAD.test(step.setup ?? '')));
    for (const step of uploads.filter((one) => typeof one.reply === 'string')) {
      const answer = answerOf(step);
      const wanted = lengthOf(step.setup!);
      const session = sessionOn(scriptedDevice([answer]), createVirtualClock());
      const outcome = await outcomeOf(() => session.read(2, wanted, { stage: 'read', command: 'UPLOAD' }));
      const carried = 'error' in answer ? answer.error : answer.hex.length / 2 === wanted ? 'done' : 'short-read';
      expect(`${step.setup} ${step.note}: ${outcome}`).toBe(`${step.setup} ${step.note}: ${carried}`);
    }
    expect(uploads.length).toBeGreaterThan(20);
  });
});

function readSteps(generation: string, name: string): readonly (Recorded & { where: string })[] {
  const lines = readFileSync(join(VECTORS, generation, name), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return lines.map((line) => JSON.parse(line)).map((step) => ({ ...step, where: `${name} step ${step.step}` }));
}

/** DNLOADs in a state that takes them, each with the GETSTATUS answers up to its end. */
function commandsIn(steps: readonly (Recorded & { where: string })[]): readonly RecordedCommand[] {
  return steps.flatMap((step, index) => {
    const { setup, out, where } = step;
    if (!setup || out === undefined || !DNLOAD.test(setup) || !isHostCommand(setup, out)) return [];
    const following = steps.slice(index + 1);
    const end = following.findIndex((one) => one.setup !== GETSTATUS);
    const asked = following.slice(0, end < 0 ? following.length : end).map(answerOf);
    const judged = judge(answerOf(step), asked);
    return judged ? [{ where, setup, out, ...judged }] : [];
  });
}

/** What DFU 1.1 and AN3156 say of such answers: dfuDNBUSY, then dfuDNLOAD-IDLE; undefined when the recording stops early. */
function judge(
  first: ScriptedAnswer,
  statuses: readonly ScriptedAnswer[],
): { readonly answers: readonly ScriptedAnswer[]; readonly outcome: string } | undefined {
  if ('error' in first) return { answers: [first], outcome: first.error };
  const used: ScriptedAnswer[] = [first];
  for (const status of statuses) {
    used.push(status);
    if ('error' in status) return { answers: used, outcome: status.error };
    const [bStatus, state] = [status.hex.slice(0, 2), status.hex.slice(8, 10)];
    if (bStatus !== '00') return { answers: used, outcome: 'status' };
    if (state === '05' && used.length > 2) return { answers: used, outcome: 'done' };
    if (state !== '04') return undefined;
  }
  return undefined;
}

function isHostCommand(setup: string, out: string | object): boolean {
  const number = Number.parseInt(DNLOAD.exec(setup)![1]!, 16);
  if (number >= 2) return out !== '' && lengthOf(setup) <= 4096;
  return number === 0 && typeof out === 'string' && /^(21|41)[0-9a-f]{8}$/.test(out);
}

async function carryOut(session: DfuSession, { setup, out }: RecordedCommand): Promise<void> {
  const number = Number.parseInt(DNLOAD.exec(setup)![1]!, 16);
  if (number >= 2) return session.write(number, new Uint8Array(lengthOf(setup)), SITE);
  const address = parseHex(String(out))
    .slice(1)
    .reduceRight((value, byte) => value * 256 + byte, 0);
  return String(out).startsWith('21') ? session.setAddress(address, SITE) : session.erase(address, 5);
}

async function outcomeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'done';
  } catch (error) {
    if (isDfuError(error)) return error.kind;
    throw error;
  }
}

function answerOf(step: Recorded): ScriptedAnswer {
  const { reply } = step;
  if (typeof reply !== 'string') return { hex: '' };
  const error = ERRORS[reply];
  return error ? { error } : { hex: reply };
}

function lengthOf(setup: string): number {
  const [low, high] = parseHex(setup).slice(6);
  return low! + high! * 256;
}
