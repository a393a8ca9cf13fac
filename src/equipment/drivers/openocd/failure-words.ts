// What OpenOCD's complaints mean: the unit's failure in a stage, or the station's trouble with its probe.
import { StationError } from '../../../base/station-error.ts';
import type { StationErrorCode } from '../../../base/station-error-codes.ts';
import type { ProbeFailureCode } from '../../debug-probe.ts';
import type { OpenocdRun } from './openocd-process.ts';

/** One row: what OpenOCD says in a stage, and what that is. The first row that fits counts. */
interface LogPattern {
  readonly stage: RegExp;
  readonly says: RegExp;
  readonly code: ProbeFailureCode;
}

const anyText = /^/;

/** Until the chip has said what it is. */
const REACHING_STAGES = /^(start|connect|halt|identify)$/;

const logPatterns: readonly LogPattern[] = [
  {
    stage: REACHING_STAGES,
    says: /UNEXPECTED|tap\/device found: 0x(?!0{8}|f{8})\S+ .*not expected/,
    code: 'swd/wrong-chip',
  },
  { stage: REACHING_STAGES, says: /Vref too low|Target voltage too low/, code: 'swd/low-voltage' },
  {
    stage: REACHING_STAGES,
    says: /unable to connect to the target|failed to connect in mode|cannot read IDR|scan chain interrogation failed|does not have valid IDCODE|Invalid ACK|IR capture error|init failed|DP initialisation failed|Could not find MEM-AP|Can't read MEM-AP|AP not available|Timeout during WAIT recovery|JTAG-DP STICKY ERROR|Debug regions are unpowered|Unable to reset target|[Tt]arget not halted|Target not examined|examination failed|timed out while waiting for target halted|No target|Failed to read memory|Fail reading CTRL\/STAT|error reading|DAP transaction stalled/,
    code: 'swd/no-target',
  },
  { stage: /^(erase|unprotect)/, says: /Device Security Bit Set/, code: 'swd/read-protected' },
  { stage: /^(unprotect|protect|unlock)$/, says: anyText, code: 'swd/unlock-failed' },
  { stage: /^lock$/, says: anyText, code: 'swd/lock-failed' },
  { stage: /^erase$/, says: /device protected/, code: 'swd/write-protected' },
  { stage: /^erase$/, says: /timed out waiting for flash/, code: 'swd/erase-timeout' },
  {
    stage: /^(erase|write)/,
    says: /Fail reading CTRL\/STAT|Failed to (read|write) memory|[Tt]arget not halted|Invalid ACK|WAIT recovery|STICKY ERROR|Debug regions are unpowered/,
    code: 'swd/half-written',
  },
  { stage: /^erase$/, says: anyText, code: 'swd/erase-failed' },
  { stage: /^write /, says: /write protected|device protected/, code: 'swd/write-protected' },
  { stage: /^write /, says: /timeout waiting for algorithm|timed out (while )?waiting for/, code: 'swd/write-timeout' },
  { stage: /^write /, says: anyText, code: 'swd/write-failed' },
  { stage: /^verify$/, says: /checksum mismatch|diff \d+ address|contents differ/, code: 'swd/verify-mismatch' },
  { stage: /^(verify|dump)$/, says: anyText, code: 'swd/read-failed' },
];

const CLOSE_OTHER_PROGRAM_HINT = 'close the program that holds the probe, then start the unit again';

/**
 * Trouble of the station: what OpenOCD says, a code, and what the person at the bench does next. The first row counts: why
 * a probe cannot be opened is said before that it cannot.
 */
const stationErrorPatterns: readonly {
  readonly says: RegExp;
  readonly code: StationErrorCode;
  readonly hint: string;
}[] = [
  {
    says: /LIBUSB_ERROR_ACCESS|Permission denied|Operation not permitted|[Ii]nsufficient permission|unable to open CMSIS-DAP device/,
    code: 'swd/no-access',
    hint: 'install the udev rules of OpenOCD, then plug the probe in again',
  },
  {
    says: /already used|LIBUSB_ERROR_BUSY|Resource busy|claim interface/,
    code: 'swd/probe-busy',
    hint: CLOSE_OTHER_PROGRAM_HINT,
  },
  {
    says: /failed to (send|receive) USB CMD|TCP error status|remote_bitbang_recv_buf_empty|LIBUSB_ERROR_(NO_DEVICE|IO|PIPE|TIMEOUT)|CMSIS-DAP command CMD_\w+ failed/,
    code: 'swd/probe-lost',
    hint: 'check the cable between station and probe; what was being written is half-written: do it again from the erase',
  },
  {
    says: /mode \(transport\) not supported/,
    code: 'swd/openocd-confused',
    hint: 'bring the firmware of the probe up to date: an ST-LINK needs V2J24 or newer',
  },
  {
    says: /open failed|no ST-LINK detected|serial mismatch|cannot connect to stlink server|unable to find a matching CMSIS-DAP|unable to open ftdi device|Failed to connect|Failed to open device|No J-Link device found|No device found|No device matches|Multiple devices found|Invalid serial number/,
    code: 'swd/no-probe',
    hint: 'plug the probe in, and compare its serial number or USB port with the station file',
  },
  {
    says: /Can't find interface\/ftdi\/particle-ftdi/,
    code: 'swd/no-probe-file',
    hint: 'copy particle-ftdi.cfg, which came with the Programmer Shield, into the folder interface/ftdi of OpenOCD',
  },
  {
    says: /Can't find|couldn't open|invalid command name|wrong # args|has to be specified|not support any transport/,
    code: 'swd/openocd-confused',
    hint: 'use OpenOCD 0.12: another version may name its commands and files differently',
  },
];

/** Said of a connection that ended: before the unit was reached somebody else has the probe, later the probe is gone. */
const CONNECTION_LOST_PATTERN = /Broken pipe|Connection reset by peer/;
const STAGES_BEFORE_UNIT: readonly string[] = ['start', 'connect'];

/** Exit code of a process that aborted itself: a known way of 0.12 to say that its probe went away. */
const ABORTED_EXIT_CODE = 134;

/** What is wrong with the station, if that is why the run ended; undefined when the unit is to blame. */
export function findOpenocdStationError(run: OpenocdRun, probe: string, failedStage: string): StationError | undefined {
  if (run.wasOverdue) {
    return createOpenocdError({
      code: 'swd/probe-hung',
      message: `${probe} did not answer any more in stage ${failedStage}; OpenOCD was ended after ${formatSeconds(run)}`,
      hint: 'unplug the probe and plug it in again; what was being written is half-written: do it again from the erase',
    });
  }
  if (run.exitCode === ABORTED_EXIT_CODE || run.signal === 'SIGABRT') return createProbeLostError(probe, failedStage);
  const known = stationErrorPatterns.find(({ says }) => run.lines.some((line) => says.test(line)));
  if (known) return createOpenocdError({ ...known, message: `${probe}: ${findFirstMatch(run.lines, known.says)}` });
  if (run.lines.some((line) => CONNECTION_LOST_PATTERN.test(line))) {
    return STAGES_BEFORE_UNIT.includes(failedStage)
      ? createProbeBusyError(probe, findFirstMatch(run.lines, CONNECTION_LOST_PATTERN))
      : createProbeLostError(probe, failedStage);
  }
  if (run.signal === null) return undefined;
  return createOpenocdError({
    code: 'swd/openocd-ended',
    message: `OpenOCD was ended by ${run.signal} in stage ${failedStage}`,
    hint: 'find out what ended it; what was being written is half-written: do it again from the erase',
  });
}

export interface LoggedFailure {
  /** The line that says it, in OpenOCD's words. */
  readonly said: string;
  readonly code: ProbeFailureCode;
  readonly address?: number;
  readonly sector?: number;
}

/**
 * OpenOCD 0.12 gives up without a word of complaint where the chip does not acknowledge that its debug part has power: the
 * probe is there and answers, and what is wrong is behind its wires.
 */
const SILENT_STAGES = /^(connect|halt|identify)$/;
const NO_DEBUG_POWER: LoggedFailure = {
  code: 'swd/no-target',
  said: 'the chip does not acknowledge debug power: check its supply and the wires to it',
};

/** The unit's failure in the stage that was not done; undefined when no row knows it. */
export function findLoggedFailure(lines: readonly string[], stage: string): LoggedFailure | undefined {
  const own = selectStageLines(lines, stage);
  const saying = logPatterns.find((row) => row.stage.test(stage) && own.some((line) => row.says.test(line)));
  if (!saying) return SILENT_STAGES.test(stage) && !own.some(isReason) ? NO_DEBUG_POWER : undefined;
  return { code: saying.code, said: findFirstMatch(own, saying.says), ...findFailurePlace(own) };
}

/** The lines between a stage's begin and its end. */
function selectStageLines(lines: readonly string[], stage: string): readonly string[] {
  const begin = lines.lastIndexOf(`@@ begin ${stage}`);
  const end = lines.indexOf(`@@ fail ${stage}`);
  return lines.slice(begin + 1, end < 0 ? undefined : end);
}

function findFailurePlace(lines: readonly string[]): { readonly address?: number; readonly sector?: number } {
  for (const line of lines) {
    const differs = /diff \d+ address (0x[0-9a-f]+)/.exec(line)?.[1];
    if (differs !== undefined) return { address: Number(differs) };
    const write = /at address (0x[0-9a-f]+) at offset (0x[0-9a-f]+)/.exec(line);
    if (write) return { address: Number(write[1]) + Number(write[2]) };
    const sector = /failed erasing sectors (\d+) to/.exec(line)?.[1];
    if (sector !== undefined) return { sector: Number(sector) };
  }
  return {};
}

/** A low supply is complained of where all goes on, too: by itself it ends nothing. */
function isReason(line: string): boolean {
  return isComplaint(line) && !line.includes('target voltage may be too low');
}

function isComplaint(line: string): boolean {
  return line.startsWith('Error: ');
}

/** The first complaint that fits, without its prefix; else the first complaint, else what was said last. */
function findFirstMatch(lines: readonly string[], says: RegExp): string {
  const complaints = lines.filter(isComplaint);
  const line = complaints.find((one) => says.test(one)) ?? lines.find((one) => says !== anyText && says.test(one));
  return (line ?? complaints[0] ?? lines.at(-1) ?? 'nothing was said').replace(/^Error: /, '');
}

/** What OpenOCD complained of first. */
export function findFirstComplaint(lines: readonly string[]): string {
  return findFirstMatch(lines, anyText);
}

function createProbeBusyError(probe: string, said: string): StationError {
  return createOpenocdError({ code: 'swd/probe-busy', message: `${probe}: ${said}`, hint: CLOSE_OTHER_PROGRAM_HINT });
}

function createProbeLostError(probe: string, stage: string): StationError {
  return createOpenocdError({
    code: 'swd/probe-lost',
    message: `${probe} was lost in stage ${stage}`,
    hint: 'check the cable between station and probe; what was being written is half-written: do it again from the erase',
  });
}

function createOpenocdError(fields: {
  readonly code: StationErrorCode;
  readonly message: string;
  readonly hint: string;
}): StationError {
  return new StationError({ code: fields.code, message: fields.message, hint: fields.hint });
}

function formatSeconds({ durationMs }: OpenocdRun): string {
  return `${Math.round(durationMs / 1000)} s`;
}
