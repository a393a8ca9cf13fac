// One deed by OpenOCD: its process and its script on one probe, and what came of it: done, the unit's failure, or the station's trouble.
import { existsSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import type { ProbeEvidence } from '../../../domain/run/evidence.ts';
import type { ProbeFailure, ProbeFailureCode, ProbeOptions } from '../../debug-probe.ts';
import { locateStm32f2Sector, stm32f2SectorNumbers } from '../../stm32f2-sectors.ts';
import { findFirstComplaint, findLoggedFailure, findOpenocdStationError } from './failure-words.ts';
import { type OpenocdRun, runOpenocd } from './openocd-process.ts';
import { MIN_SUPPLY_MV, type ParsedOpenocdRun, parseOpenocdRun, parseOptionBytes } from './parse-output.ts';
import { buildProbeCommands, formatProbeName, type ProbeAddress } from './probe-address.ts';
import { OPENOCD_SCRIPT_NAME } from './tcl-script.ts';

/** The reset line is driven before the port is touched: for units whose program has taken the pins. */
const UNDER_RESET = 'reset_config srst_only srst_nogate connect_assert_srst';

export interface OpenocdOptions {
  readonly address: ProbeAddress;
  /** Of the machine, whatever clock the station runs on: another process does the work. */
  readonly clock: Clock;
  /** Found on the path when left out. */
  readonly program?: string;
  /** In place of the limit of each operation. */
  readonly timeoutMs?: number;
}

/** A probe with a folder in which the script and the files of one operation lie. */
export interface OpenocdWorkspace extends OpenocdOptions {
  readonly folder: string;
}

export interface OpenocdOperation {
  readonly operation: string;
  /** The call of the script's procedure. */
  readonly call: string;
  readonly limitMs: number;
  readonly underReset: boolean;
  /** That it writes to. */
  readonly sectors?: readonly number[];
}

/** A process that came to an end of which the unit's state can be told. */
export interface OpenocdOutcome {
  readonly run: OpenocdRun;
  readonly read: ParsedOpenocdRun;
  readonly evidence: ProbeEvidence;
}

/** `failure` is the unit's; null when the deed was done. */
export type OpenocdOperationResult = OpenocdOutcome & {
  readonly underReset: boolean;
  readonly failure: ProbeFailure | null;
};

type OpenocdOperationOptions = ProbeOptions & { readonly onLine?: (line: string) => void };

/**
 * Does the deed; once more under reset when nothing answered, and so nothing was done: a program may have taken the pins,
 * also between two looks, for each lets the unit start. Throws StationError for the station's own trouble.
 */
export async function runOpenocdOperation(
  workplace: OpenocdWorkspace,
  deed: OpenocdOperation,
  options: OpenocdOperationOptions,
): Promise<OpenocdOperationResult> {
  const judged = await runOperationOnce(workplace, deed, options);
  const failure = findUnitFailure(formatProbeName(workplace.address), judged, deed.sectors ?? []);
  const { underReset } = deed;
  if (failure?.code !== 'swd/no-target' || underReset) return { ...judged, underReset, failure };
  return runOpenocdOperation(workplace, { ...deed, underReset: true }, options);
}

async function runOperationOnce(
  workplace: OpenocdWorkspace,
  deed: OpenocdOperation,
  options: OpenocdOperationOptions,
): Promise<OpenocdOutcome> {
  const { address, clock, folder, program = 'openocd', timeoutMs = deed.limitMs } = workplace;
  const commands = [
    'gdb_port disabled; tcl_port disabled; telnet_port disabled',
    ...buildProbeCommands(address),
    'source [find target/stm32f2x.cfg]',
    ...(deed.underReset ? [UNDER_RESET] : []),
    ...buildStationCommands(),
    `source ${OPENOCD_SCRIPT_NAME}`,
    deed.call,
  ];
  const args = commands.flatMap((command) => ['-c', command]);
  const onLine = options.onLine ?? (() => undefined);
  const run = await runOpenocd({ program, args, folder, timeoutMs, signal: options.signal, clock, onLine });
  const read = parseOpenocdRun(run);
  return { run, read, evidence: buildProbeEvidence(formatProbeName(address), deed, run, read) };
}

/** Where the system shows its processes, OpenOCD sees at every stage whether its station is still there. */
function buildStationCommands(): readonly string[] {
  return existsSync(`/proc/${process.pid}/exe`) ? [`set fl_station ${process.pid}`] : [];
}

/** The unit's failure, or null when all went well. Throws StationError for the station's own trouble. */
function findUnitFailure(
  probe: string,
  { run, read, evidence }: OpenocdOutcome,
  sectors: readonly number[],
): ProbeFailure | null {
  if (read.hasFinished) return null;
  const stage = read.failedStage ?? 'end';
  const trouble = findOpenocdStationError(run, probe, stage);
  if (trouble) throw trouble;
  const named = findLoggedFailure(run.lines, stage);
  if (!named) throw createUnknownEndError(probe, stage, run);
  const sector =
    named.sector ??
    sectors.find((one) => isInSector(one, named.address)) ??
    (/^erase/.test(stage) ? sectors[0] : undefined);
  const { code, address, said } = named;
  const where = { ...(address !== undefined && { address }), ...(sector !== undefined && { sector }) };
  const message = `${probe}, ${stage}: ${said}${describeSupply(named.code, read.supplyMv)}`;
  return { ok: false, code, message, ...where, evidence };
}

/** A unit that does not answer because it has no power is told by the probe, which measures it. */
function describeSupply(code: ProbeFailureCode, supplyMv: number | null): string {
  if (code !== 'swd/no-target' || supplyMv === null || supplyMv >= MIN_SUPPLY_MV) return '';
  return `; the probe measures ${supplyMv} mV at the unit, which needs ${MIN_SUPPLY_MV} mV`;
}

function isInSector(sector: number, address: number | undefined): boolean {
  const place = locateStm32f2Sector(sector);
  return address !== undefined && address >= place.address && address < place.address + place.sizeBytes;
}

function buildProbeEvidence(
  probe: string,
  { operation, underReset }: OpenocdOperation,
  run: OpenocdRun,
  read: ParsedOpenocdRun,
): ProbeEvidence {
  const facts = {
    ...Object.fromEntries(read.facts),
    ...(read.supplyMv !== null && { 'supply mV': read.supplyMv }),
    ...(read.facts.has('optcr-open') && {
      'open sectors': formatOpenSectors(read.facts.get('optcr-open')!),
    }),
    ...(underReset && { 'under reset': true }),
    ...(read.failedStage !== null && { 'failed stage': read.failedStage }),
    'duration ms': Math.round(run.durationMs),
  };
  const log = run.lines.filter((line) => !line.startsWith('@@ '));
  return { kind: 'probe', operation, probe, exitCode: run.exitCode, stages: read.stages, facts, log };
}

/** Sectors that may be written, as the option bytes stood when the erase began. */
function formatOpenSectors(optcr: string): string {
  const { protectedSectors, rdpLevel } = parseOptionBytes(optcr);
  return rdpLevel === 0 ? stm32f2SectorNumbers.filter((sector) => !protectedSectors.includes(sector)).join(' ') : '';
}

function createUnknownEndError(probe: string, stage: string, run: OpenocdRun): StationError {
  return new StationError({
    code: 'swd/openocd-confused',
    message: `${probe}: OpenOCD ended with ${run.exitCode} in stage ${stage}: ${findFirstComplaint(run.lines)}`,
    hint: 'this end is not known: keep the record, and try the probe by hand',
  });
}
