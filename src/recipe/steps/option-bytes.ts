// Step option-bytes: the one way in which a chip's option bytes are written over DFU, and their proof by reading them back.
import { z } from 'zod';
import { haveSameBytes, parseHex, toHex } from '../../base/bytes.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import { FIRST_DATA_BLOCK } from '../../device/dfu/protocol/dfu-constants.ts';
import { DfuError, type DfuSite, isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import type { DfuSession } from '../../device/dfu/session/dfu-session.ts';
import { readDfuMemory } from '../../device/dfu/session/read-memory.ts';
import { findGuardedContent } from '../../domain/memory/guarded-memory.ts';
import { findFirstAddressOutside } from '../../domain/memory/memory-map.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import { defineStep, type StepContext, type StepOutcome } from '../step.ts';
import { awaitPort } from '../unit/device-at-port.ts';
import { withUnitInDfu } from '../unit/unit-in-dfu.ts';
import { durationSchema } from '../yaml/quantity-schemas.ts';

const IMAGE = 'option bytes';

const schema = z
  .strictObject({
    address: z
      .int({ error: 'write the address as a hex number without quotes: 0x1FFF7800' })
      .min(0)
      .max(0xffff_ffff)
      .describe('Where the first of the bytes goes: 0x1FFF7800'),
    bytes: z
      .string()
      .regex(/^([0-9a-fA-F]{2}\s*)+$/, { error: "write them as hex, in the order of their addresses: 'aa ff ef fb'" })
      .describe("What is to stand there, in the order of the addresses: 'aa ff ef fb 55 00 10 04'"),
    'back within': durationSchema
      .prefault('5 s')
      .describe('Chips restart to take new option bytes: how long the unit may take to be in DFU mode again'),
  })
  .transform((given) => ({
    address: given.address,
    bytes: parseHex(given.bytes.replace(/\s/g, '').toLowerCase()),
    backWithinMs: given['back within'],
  }));

type Parameters = z.output<typeof schema>;

/** Step kind `option-bytes`. */
export const optionBytes = defineStep({
  kind: 'option-bytes',
  summary: 'Write option bytes over DFU where they differ, and read them back',
  schema,
  defaultTimeoutMs: 60_000,
  run: async (parameters, context) => {
    let left: UsbDeviceInfo | undefined;
    const written = await withUnitInDfu(context, async (session) => {
      const before = await readOptionBytes(session, parameters);
      if (haveSameBytes(before, parameters.bytes)) return judgeOptionBytes(context, parameters, before);
      context.addEvidence({ kind: 'note', text: `The option bytes were ${toHex(before)}` });
      await writeOptionBytes(context, session, parameters);
      left = session.info;
      return { result: 'passed' };
    });
    if (!left || written.result !== 'passed') return written;
    await awaitRestart(context, left, parameters.backWithinMs);
    return withUnitInDfu(context, async (session) =>
      judgeOptionBytes(context, parameters, await readOptionBytes(session, parameters)),
    );
  },
});

async function readOptionBytes(session: DfuSession, { address, bytes }: Parameters): Promise<Uint8Array> {
  const alternate = findOptionMemory(session, { address, bytes });
  return readDfuMemory(session, { alternate, address, sizeBytes: bytes.length });
}

/** The alternate setting that holds them. Throws DfuError `memory-map` where the address is in no option bytes of the unit. */
function findOptionMemory(session: DfuSession, { address, bytes }: Pick<Parameters, 'address' | 'bytes'>): number {
  const found = session.identity.memories.find(
    ({ map }) =>
      map !== null &&
      findFirstAddressOutside(map, address, bytes.length) === undefined &&
      findGuardedContent(map, address, bytes.length) === 'option bytes',
  );
  if (found) return found.alternate;
  const names = session.identity.memories.map(({ alternate, name }) => `${alternate} is ${JSON.stringify(name)}`);
  const message = `no option bytes of the unit hold the address 0x${address.toString(16)}: its memory ${names.join(', ')}`;
  throw new DfuError({ kind: 'memory-map', site: { stage: 'write', command: 'SET_INTERFACE', address }, message });
}

/** A chip that restarts within the write answers no more: the read-back says what came of it. */
async function writeOptionBytes(context: StepContext, session: DfuSession, parameters: Parameters): Promise<void> {
  const { address, bytes } = parameters;
  const site: DfuSite = { stage: 'write', command: 'DNLOAD', address };
  await context.recordWriteIntent({ image: IMAGE, address, sizeBytes: bytes.length });
  await session.selectMemory(findOptionMemory(session, parameters));
  await session.setAddress(address, site);
  context.updateUnit({ connectionId: null });
  try {
    await session.write(FIRST_DATA_BLOCK, bytes, site);
    await session.endTransfer({ ...site, command: 'ABORT' });
  } catch (error) {
    if (!isDfuError(error, 'gone', 'silent', 'stalled')) throw error;
  }
}

/** Waits for the return of a unit that restarts; one that takes new option bytes without it is waited for in vain. */
async function awaitRestart(context: StepContext, left: UsbDeviceInfo, withinMs: number): Promise<void> {
  const isBack = (here: UsbDeviceInfo | undefined): boolean =>
    here !== undefined && here.connectionId !== left.connectionId;
  await awaitPort(context, isBack, withinMs);
}

function judgeOptionBytes(context: StepContext, { address, bytes }: Parameters, found: Uint8Array): StepOutcome {
  const differing = [...bytes.keys()].filter((at) => bytes[at] !== found[at]);
  const readBack = {
    kind: 'read-back',
    image: IMAGE,
    differentByteCount: differing.length,
    readSha256: computeSha256Hex(found),
    ...(differing.length > 0 && {
      firstDifferentAddress: address + differing[0]!,
      expectedHex: toHex(bytes),
      actualHex: toHex(found),
    }),
  } as const;
  context.addEvidence(readBack);
  if (differing.length === 0) return { result: 'passed' };
  const message = `The option bytes are ${toHex(found)}, not ${toHex(bytes)}`;
  return createFailedOutcome('dfu/verify-mismatch', message, [readBack], { image: IMAGE });
}
