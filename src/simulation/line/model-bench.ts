// A bench without transfers: ports that units are put in, and steps that end as the outcome model says.

import type { Random } from '../../base/random.ts';
import { countImageBytes } from '../../device/firmware/firmware-image.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import type { UsbBus, UsbBusEvent, UsbDeviceInfo } from '../../equipment/usb.ts';
import type { StepInput, StepReport } from '../../recipe/step.ts';
import type { RunStep } from '../../station/interface/contracts.ts';
import { type ConditionFailure, getFaultCondition, stepTimesMs } from '../population/conditions.ts';
import type { SimulatedOutcome } from '../population/line-truth.ts';

/** A unit as the bench sees it: how it shows itself, and what it answers. */
export interface ModelUnit {
  readonly deviceId: string;
  /** USB serial string: the device id, or the one that all old bootloaders share. */
  readonly usbSerial: string;
}

interface PortSocket {
  readonly device: UsbDeviceInfo;
  readonly unit: ModelUnit;
  readonly fate: SimulatedOutcome;
  readonly attempts: Map<string, number>;
  /** Ends the running step because the link is lost. */
  lose: (() => void) | null;
  linkDownUntilMs: number;
}

export interface ModelBench {
  readonly usb: UsbBus;
  readonly runStep: RunStep;
  plug(portPath: string, unit: ModelUnit, fate: SimulatedOutcome): void;
  unplug(portPath: string): void;
  /** Cuts the ports off for a while. */
  dropLinks(portPaths: readonly string[], nowMs: number, forMs: number): void;
}

/** A step's time varies by about this share from run to run (standard deviation). */
const TIME_SPREAD = 0.02;
const FIRST_APPEARANCE_MS = 10_000;
const LINK_LOSS_CODES: Readonly<Record<string, FailureCode>> = {
  'bootloader-check': 'usb/gone',
  'dfu-flash': 'dfu/write-vanished',
  'serial-verify': 'serial/gone',
};

/** A bench with empty ports; its steps take `slowness` times as long as usual. */
export function createModelBench(random: Random, slowness = 1): ModelBench {
  const sockets = new Map<string, PortSocket>();
  const listeners = new Set<(event: UsbBusEvent) => void>();
  const emit = (event: UsbBusEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  let connections = 0;
  return {
    usb: {
      list: async () => [...sockets.values()].map(({ device }) => device),
      watch: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      open: () => Promise.reject(new Error('the model bench has no transfers')),
      close: async () => listeners.clear(),
    },
    runStep: (kind, surroundings) =>
      simulateStep(sockets.get(surroundings.fixture.portPath), kind, surroundings, { random, slowness }),
    plug: (portPath, unit, fate) => {
      connections += 1;
      const device = buildUsbDevice(portPath, unit, connections);
      sockets.set(portPath, { device, unit, fate, attempts: new Map(), lose: null, linkDownUntilMs: 0 });
      emit({ type: 'attached', device });
    },
    unplug: (portPath) => {
      const socket = sockets.get(portPath);
      sockets.delete(portPath);
      socket?.lose?.();
      if (socket) emit({ type: 'detached', portPath, connectionId: socket.device.connectionId });
    },
    dropLinks: (portPaths, nowMs, forMs) => {
      for (const portPath of portPaths) {
        const socket = sockets.get(portPath);
        if (!socket) continue;
        socket.linkDownUntilMs = nowMs + forMs;
        socket.lose?.();
      }
    },
  };
}

function buildUsbDevice(portPath: string, { usbSerial }: ModelUnit, connection: number): UsbDeviceInfo {
  return {
    portPath,
    connectionId: `c${connection}`,
    vendorId: 0x2b04,
    productId: 0xc006,
    bcdDevice: 0x0250,
    serialNumber: usbSerial,
    speed: 'full',
  };
}

async function simulateStep(
  socket: PortSocket | undefined,
  kind: string,
  surroundings: StepInput,
  { random, slowness }: { readonly random: Random; readonly slowness: number },
): Promise<StepReport> {
  const { clock } = surroundings;
  if (!socket) return buildFailedReport('usb/not-found', {}, []);
  const attempt = (socket.attempts.get(kind) ?? 0) + 1;
  socket.attempts.set(kind, attempt);
  if (kind === 'enter-dfu' && socket.linkDownUntilMs > clock.readMonotonicMs()) {
    const waitMs = socket.linkDownUntilMs - clock.readMonotonicMs();
    if (!(await waitForStep(socket, surroundings, Math.min(waitMs, FIRST_APPEARANCE_MS)))) return abortedReport;
    if (waitMs > FIRST_APPEARANCE_MS) return buildFailedReport('usb/not-found', {}, []);
  }
  if (kind === 'enter-dfu' && attempt > 1 && getFaultCondition(socket.fate.condition).failure?.staysAway) {
    return (await waitForStep(socket, surroundings, FIRST_APPEARANCE_MS))
      ? buildFailedReport('usb/not-found', {}, [])
      : abortedReport;
  }
  const failure = findStepFailure(socket.fate, kind, attempt);
  if (kind === 'dfu-flash') await recordWriteIntents(surroundings);
  const usualMs = slowness * (failure?.afterMs ?? stepTimesMs[kind] ?? 100);
  const ended = await waitForStep(socket, surroundings, usualMs * (1 + TIME_SPREAD * drawNormal(random)));
  if (!ended)
    return surroundings.signal.aborted ? abortedReport : buildFailedReport(LINK_LOSS_CODES[kind] ?? 'usb/gone', {}, []);
  if (socket.fate.hostErrorIn === kind && attempt === 1) return hostErrorReport;
  if (failure) return buildFailedReport(failure.code, buildFailureSite(failure, socket.fate), failure.evidence);
  return buildPassedReport(kind, socket, surroundings);
}

function findStepFailure({ condition }: SimulatedOutcome, kind: string, attempt: number): ConditionFailure | null {
  const { failure } = getFaultCondition(condition);
  return failure?.kind === kind && (!failure.isOnce || attempt === 1) ? failure : null;
}

function buildFailureSite({ site }: ConditionFailure, { sector }: SimulatedOutcome): ConditionFailure['site'] {
  return sector === null ? site : { ...site, sector };
}

/** Waits as long as the step takes; false when the run was ended or the link lost meanwhile. */
async function waitForStep(socket: PortSocket, { clock, signal }: StepInput, ms: number): Promise<boolean> {
  const lost = new AbortController();
  socket.lose = () => lost.abort();
  try {
    await clock.sleep(ms, AbortSignal.any([signal, lost.signal]));
    return true;
  } catch {
    return false;
  } finally {
    socket.lose = null;
  }
}

async function recordWriteIntents({ recipe, step, recordWriteIntent: intend }: StepInput): Promise<void> {
  const { images } = step.parameters as { readonly images: readonly string[] };
  for (const { name, targets } of recipe.images.filter((image) => images.includes(image.name))) {
    for (const target of targets)
      await intend({ image: name, address: target.segments[0]!.address, sizeBytes: countImageBytes(target) });
  }
}

function buildPassedReport(kind: string, { fate, unit }: PortSocket, surroundings: StepInput): StepReport {
  if (kind === 'serial-verify') {
    surroundings.updateUnit({ identity: { ...surroundings.unit.identity, deviceId: unit.deviceId } });
  }
  const { bootloader, marginal } = getFaultCondition(fate.condition);
  const evidence = kind === 'bootloader-check' ? bootloader : [];
  const measurements =
    kind === 'dfu-flash' && marginal ? [{ ...marginal, limits: null, result: 'marginal', atMs: 0 } as const] : [];
  return { result: 'passed', measurements, evidence };
}

const abortedReport: StepReport = { result: 'aborted', measurements: [], evidence: [] };

const hostErrorReport: StepReport = {
  result: 'errored',
  error: { code: 'usb/busy', message: 'Another program holds the port.', hint: 'Close the other program.' },
  measurements: [],
  evidence: [],
};

function buildFailedReport(
  code: FailureCode,
  site: ConditionFailure['site'],
  evidence: readonly Evidence[],
): StepReport {
  const note: Evidence = { kind: 'note', text: `as the outcome model has it: ${code}` };
  const failure = { code, message: `The unit failed with ${code}.`, site, evidence: [...evidence, note] };
  return { result: 'failed', failure, measurements: [], evidence: [] };
}

/** Near enough to a standard normal value: the sum of twelve even ones, less six. */
function drawNormal(random: Random): number {
  let sum = -6;
  for (let draws = 0; draws < 12; draws += 1) sum += random.drawFraction();
  return sum;
}
