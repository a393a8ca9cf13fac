// When a debug probe has proved that flash is dead: the same place twice, protection and supply ruled out, power off between.
import type { ProbeEvidence } from '../../domain/run/evidence.ts';
import type { Failure, FailureCode } from '../../domain/run/failure.ts';
import type { StepRecord, UnjudgedRun } from '../../domain/run/run.ts';

/** Failures that only flash itself can make; an error of any other kind is rework or hold. */
const DEAD_FLASH_CODES: readonly FailureCode[] = ['swd/erase-timeout', 'swd/verify-mismatch'];
/** Below this a failed erase may be the supply's doing (STM32F205: no whole words below 2.7 V). */
const MIN_SOUND_SUPPLY_MV = 2_700;
const POWER_CYCLE_STEP = 'power-cycle';

/** One failure over SWD, and how often the power had been off before it. */
interface ProbeFailure {
  readonly failure: Failure;
  readonly powerCycle: number;
}

/** The proof in one sentence, or null. Runs are apart by a unit that was taken out, so by its power; steps of one run only by a power cycle between. */
export function findDeadFlashProof(runs: readonly Pick<UnjudgedRun, 'steps'>[]): string | null {
  const first = new Map<string, ProbeFailure>();
  for (const { failure, powerCycle } of runs.flatMap(collectProbeFailures)) {
    const place = `${failure.code} ${failure.site.address ?? failure.site.sector}`;
    const before = first.get(place);
    if (before && before.powerCycle !== powerCycle) {
      return `Twice over SWD, with the power off between and protection and supply ruled out: ${failure.message}`;
    }
    if (!before) first.set(place, { failure, powerCycle });
  }
  return null;
}

/** True for a run that failed over SWD in a way that may become a proof. */
export function canProveDeadFlash({ failure }: Pick<UnjudgedRun, 'failure'>): boolean {
  return failure !== null && DEAD_FLASH_CODES.includes(failure.code);
}

/** Power cycles are counted over all runs: the run's number in front keeps those of two runs apart. */
function collectProbeFailures({ steps }: Pick<UnjudgedRun, 'steps'>, runNumber: number): readonly ProbeFailure[] {
  let cycles = 0;
  return steps.flatMap((step) => {
    if (step.kind === POWER_CYCLE_STEP && step.result === 'passed') cycles += 1;
    const failure = findProvableFailure(step);
    return failure ? [{ failure, powerCycle: runNumber * 1_000 + cycles }] : [];
  });
}

function findProvableFailure({ failure }: StepRecord): Failure | null {
  if (!failure || !canProveDeadFlash({ failure })) return null;
  const probe = failure.evidence.find((item) => item.kind === 'probe');
  return probe && hasRuledOutOtherCauses(probe, failure.site.sector) ? failure : null;
}

/** The operation's own connection measured the supply, and showed the sector open just before it was erased. */
function hasRuledOutOtherCauses({ facts }: ProbeEvidence, sector: number | undefined): boolean {
  const open = String(facts['open sectors'] ?? '').split(' ');
  const supplyMv = facts['supply mV'];
  return sector !== undefined && open.includes(String(sector)) && Number(supplyMv ?? 0) >= MIN_SOUND_SUPPLY_MV;
}
