// The unit at the fixture in DFU mode, opened for one step: recognised first, closed in the end, its failures with their evidence.
import { readDctKeys } from '../../device/dfu/photon/dct.ts';
import { type DfuError, isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import { toDfuFailure } from '../../device/dfu/session/dfu-failure.ts';
import { type DfuSession, openDfuSession } from '../../device/dfu/session/dfu-session.ts';
import { leaveDfu } from '../../device/dfu/session/leave-dfu.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { StepContext, StepOutcome } from '../step.ts';
import { awaitDevice, createDeviceNotFoundFailure, type DeviceWaitResult } from './device-at-port.ts';
import { isInDfuMode } from './dfu-mode.ts';
import { type IdentityCheckResult, readIdentityFromUsb, verifyUnitIdentity } from './unit-identity.ts';

/** The step before has left the unit in DFU mode; it may just be coming back from a power cycle. */
const APPEAR_LIMIT_MS = 5_000;

/**
 * Opens the unit, makes sure that it is the one the run began with, and does the deed. Another unit fails as swapped before
 * anything is done to it. Throws StationError for a device that cannot be opened by us, or the signal's reason.
 */
export async function withUnitInDfu(
  context: StepContext,
  deed: (session: DfuSession, recognition: IdentityCheckResult) => Promise<StepOutcome>,
  { pollEarly = false }: { readonly pollEarly?: boolean } = {},
): Promise<StepOutcome> {
  const arrival = await awaitDevice(context, (device) => isInDfuMode(context, device), APPEAR_LIMIT_MS);
  if (!arrival.device) return { result: 'failed', failure: buildAbsenceFailure(context, arrival) };
  const session = await openDfuSession(context.fixture.usb, arrival.device, {
    ...context,
    pollEarly,
    knownMaps: context.recipe.unit.memories,
    interfaceNumber: context.recipe.unit.dfuInterface,
  });
  try {
    context.addEvidence(session.buildIdentityEvidence());
    const recognition = await verifyIdentityInDfu(context, session);
    const failure = recognition.failure ?? checkUnexplainedReturn(context, session, recognition);
    if (failure) return { result: 'failed', failure };
    context.updateUnit({ connectionId: session.info.connectionId });
    return await deed(session, recognition);
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return { result: 'failed', failure: await buildFailureWithTraces(session, error) };
  } finally {
    await session.close();
  }
}

/** A unit that is not in DFU mode may be another one: that says more than its mode. */
function buildAbsenceFailure(context: StepContext, arrival: DeviceWaitResult): Failure {
  const { lastSeen } = arrival;
  const stranger =
    lastSeen && verifyUnitIdentity(context, readIdentityFromUsb(lastSeen), 'by its USB serial number').failure;
  return stranger ?? createDeviceNotFoundFailure(context, 'The unit in DFU mode', arrival);
}

/** Tells the unit to leave DFU mode and start; only what then comes up at the port proves that it did. Throws DfuError. */
export async function startUnit(context: StepContext, session: DfuSession, startAddress?: number): Promise<void> {
  context.updateUnit({ connectionId: null });
  if (session.identity.protocol === 'dfuse') await leaveDfu(session, startAddress);
  else await session.reset();
}

/**
 * The failure of a unit whose keys are no longer those it had: a flash must never touch them. Null when they are the same,
 * or when nothing can be said because the unit has none yet or its DCT does not answer.
 */
export async function checkUnitKeys(context: StepContext, session: DfuSession): Promise<Failure | null> {
  return compareKeys(context, await readKeys(context, session));
}

/** From 0.6.0 on the USB serial number is the unit's id; before that only its key tells it from others. */
async function verifyIdentityInDfu(context: StepContext, session: DfuSession): Promise<IdentityCheckResult> {
  const keys = await readKeys(context, session);
  const told = { ...readIdentityFromUsb(session.info), ...(keys && { keyHash: keys.publicKeySha256 }) };
  const recognition = verifyUnitIdentity(context, told, 'over DFU');
  return recognition.failure ? recognition : { ...recognition, failure: compareKeys(context, keys) };
}

/** A unit that left the bus between two steps, by nobody's order, must prove that it is still the same. */
function checkUnexplainedReturn(
  { unit }: StepContext,
  session: DfuSession,
  { proof }: IdentityCheckResult,
): Failure | null {
  const before = unit.connectionId ?? session.info.connectionId;
  if (before === session.info.connectionId || proof === 'same') return null;
  return {
    code: 'identity/not-proven',
    message: 'The unit left the bus between two steps, and nothing proves that it is still the same',
    site: {},
    evidence: [session.buildIdentityEvidence(), { kind: 'identity', proof: 'not-proven', by: 'USB enumeration' }],
  };
}

interface Keys {
  readonly publicKeySha256: string;
  readonly allKeysSha256: string;
}

/** Those that a unit made itself after everything was erased are not its own. Foreign bootloaders are asked for nothing that is not needed: only a Photon keeps keys in a DCT. */
async function readKeys({ unit }: StepContext, session: DfuSession): Promise<Keys | null> {
  const { product, isForeign } = session.fingerprint;
  if (unit.dctBackup !== undefined || isForeign || (product !== 'photon' && product !== 'p1')) return null;
  const keys = await readDctKeys(session);
  return keys?.publicKeySha256 ? { ...keys, publicKeySha256: keys.publicKeySha256 } : null;
}

function compareKeys(context: StepContext, keys: Keys | null): Failure | null {
  const before = context.unit.keysSha256;
  if (!keys || before === keys.allKeysSha256) return null;
  if (before === undefined) {
    context.updateUnit({ keysSha256: keys.allKeysSha256 });
    return null;
  }
  return {
    code: 'identity/mismatch',
    message: 'The keys in the unit have changed during the run',
    site: {},
    evidence: [{ kind: 'identity', proof: 'different', by: 'keys in the DCT', before, after: keys.allKeysSha256 }],
  };
}

async function buildFailureWithTraces(session: DfuSession, error: DfuError): Promise<Failure> {
  const needsLook = isDfuError(error, 'gone', 'silent', 'stalled');
  return toDfuFailure(error, {
    ...(needsLook && { afterwards: await session.observePostFailureState() }),
    evidence: [session.buildTransferLogEvidence()],
  });
}
