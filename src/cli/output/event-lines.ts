// The station's events as plain lines, for logs and pipes: one line per thing a person would want to know.
import { clipText, toVisibleText } from '../../base/visible-text.ts';
import type { HeldUnit } from '../../domain/decisions/held-unit.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { en } from '../../screen/messages/en.ts';
import { formatInstruction } from '../../screen/messages/instruction-text.ts';
import { getVerdictReason } from '../../screen/state/tile-reducer.ts';

const MAX_LINE_LENGTH = 400;

/** The line for an event, or undefined where a log needs none (progress, serial text). */
export function formatEventLine(event: StationEvent): string | undefined {
  const text = describeEvent(event);
  return text === undefined
    ? undefined
    : clipText(`${event.at.slice(11, 19)}  ${toVisibleText(text)}`, MAX_LINE_LENGTH);
}

function describeEvent(event: StationEvent): string | undefined {
  switch (event.type) {
    case 'unit-attached':
      return `fixture ${event.fixture}: unit attached (${event.usb})`;
    case 'unit-declared':
      return `fixture ${event.fixture}: started by hand, nothing is seen of the unit`;
    case 'label-awaited':
      return `fixture ${event.fixture}: ${en.scanLabel}`;
    case 'label-queued':
      return `fixture ${event.fixture}: ${en.scanAfter(event.after)}`;
    case 'label-given':
      return `fixture ${event.fixture}: label ${event.label}`;
    case 'label-taken-back':
      return `fixture ${event.fixture}: label ${event.label} taken back`;
    case 'label-kept':
      return `next unit${event.fixture === null ? '' : ` in fixture ${event.fixture}`}: ${event.label}`;
    case 'label-dropped':
      return en.labelDropped(event.label, en.dropReasons[event.reason]);
    case 'run-started':
      return `fixture ${event.fixture}: ${formatUnitName(event.run.unit)}: run started (${event.run.recipe.name}, ${event.stepCount} steps)`;
    case 'step-finished':
      return event.step.result === 'passed'
        ? undefined
        : `fixture ${event.fixture}: ${event.step.id} attempt ${event.step.attempt}: ${event.step.result}${formatStepCause(event.step)}`;
    case 'run-recorded':
      return formatRecordedRun(event.run);
    case 'unit-removed':
      return `fixture ${event.fixture}: empty`;
    case 'fixture-stopped':
      return `fixture ${event.fixture}: STOPPED (${event.rule}) ${event.reason}`;
    case 'fixture-released':
      return `fixture ${event.fixture}: released by ${event.by}: ${event.cause}`;
    case 'batch-opened':
      return `batch ${event.batch}: opened for ${event.product} on fixtures ${event.fixtureNumbers.join(', ')}`;
    case 'batch-closed':
      return `batch ${event.batch}: closed${formatWaiting(event.waiting ?? [])}`;
    case 'verdict-revised':
      return `${formatUnitName(event.unit)}: judged again: ${event.before.disposition.toUpperCase()} ${event.before.rule} is now ${event.verdict.disposition.toUpperCase()} ${event.verdict.rule}. ${formatInstruction(event.verdict.instruction, event.fixture, en)}`;
    case 'unknown-device-attached':
      return `port ${event.portPath}: a device that belongs to no fixture (${event.usb})`;
    case 'prompt-opened':
      return `fixture ${event.fixture}: asks: ${event.question} ${event.choices.length > 0 ? `[${event.choices.join(' / ')}]` : ''}`;
    case 'scan-refused':
      return `scan refused: ${event.reason}`;
    case 'scrap-signed':
      return `${event.runId}: ${event.by} signed scrap; ${event.missing ?? 'the decision stands'}`;
    case 'station-fault-raised':
      return `STATION FAULT${event.fixture === null ? '' : ` at fixture ${event.fixture}`} ${event.code}: ${event.message} Do: ${event.hint}`;
    case 'station-fault-cleared':
      return `station fault cleared: ${event.faultId}`;
    case 'challenge-due':
      return event.missing.length > 0
        ? `fixture ${event.fixture}: run these reference units here: ${event.missing.join(', ')}`
        : `fixture ${event.fixture}: proved by its reference units`;
    default:
      return undefined;
  }
}

function formatWaiting(units: readonly HeldUnit[]): string {
  if (units.length === 0) return '';
  return `; ${units.length} unit${units.length === 1 ? '' : 's'} on hold or in rework, see: flashline hold`;
}

function formatStepCause(step: RunRecord['steps'][number]): string {
  if (step.failure) return ` (${step.failure.code}: ${step.failure.message})`;
  return step.error ? ` (${step.error.code}: ${step.error.message})` : '';
}

function formatRecordedRun(run: RunRecord): string {
  const { verdict } = run;
  const reason =
    verdict.disposition === 'pass' ? '' : ` ${verdict.code ?? `${getVerdictReason(run).replace(/\.$/, '')}`}`;
  const marks = verdict.marks.length > 0 ? ` [${verdict.marks.join(', ')}]` : '';
  return `fixture ${run.fixture}: ${formatUnitName(run.unit)}: ${verdict.disposition.toUpperCase()}${marks} ${verdict.rule}${reason}. ${formatInstruction(verdict.instruction, run.fixture, en)}`;
}
