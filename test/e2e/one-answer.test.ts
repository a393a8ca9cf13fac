// Random lives of a unit: runs, signatures by all roles, repairs, releases. After each act whoever is asked says the same.
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { isStationError } from '../../src/base/station-error.ts';
import { checkRunPermission, findUnitRuns, selectStandingRun } from '../../src/cli/input/find-unit.ts';
import { buildLoadRecipeOptions } from '../../src/cli/input/load-recipe-options.ts';
import { applySignOffs } from '../../src/cli/output/decided-runs.ts';
import { normalizePersonName, type Person } from '../../src/domain/people/person.ts';
import type { SignOffDecision } from '../../src/domain/people/signature.ts';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import { defaultExportOptions } from '../../src/exchange/export-format.ts';
import { exportFormats } from '../../src/exchange/formats/export-formats.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { dispositionLabels } from '../../src/report/text/labels.ts';
import { renderUnitPage } from '../../src/report/unit/unit-page.ts';
import type { Refusal } from '../../src/station/interface/contracts.ts';
import { reevaluateVerdict } from '../../src/station/judging/reevaluate-verdict.ts';
import { createRunJudge } from '../../src/station/judging/run-judge.ts';
import { signDecision } from '../../src/station/judging/sign-decision.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { openSample, temporaryFolder } from '../record/sample-runs.ts';
import { aRun } from '../verdict/runs.ts';

const SEED = 1304;
const LIVES = 60;
const UNIT = { label: 'P1', deviceId: 'aa' };

const people: readonly Person[] = [
  { id: 'Ada', role: 'engineer' },
  { id: ' ADA ', role: 'engineer' },
  { id: 'Ben', role: 'engineer' },
  { id: 'Quinn', role: 'quality' },
  { id: 'Quentin', role: 'quality' },
  { id: 'Tea', role: 'technician' },
  { id: 'Kim', role: 'operator' },
];

type Act =
  | {
      readonly do: 'run';
      readonly code: 'dfu/erase-stalled' | 'usb/gone' | null;
      readonly fixture: number;
      readonly proposes: boolean;
    }
  | { readonly do: 'sign'; readonly person: Person; readonly decision: SignOffDecision }
  | { readonly do: 'repair' | 'release' };

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      code: fc.constantFrom('dfu/erase-stalled' as const, 'usb/gone' as const, null),
      fixture: fc.constantFrom(1, 2, 3),
      proposes: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('sign' as const),
      person: fc.constantFrom(...people),
      decision: fc.constantFrom('scrap' as const, 'scrap' as const, 'use-as-is' as const, 'rework' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('repair' as const, 'release' as const) }) },
);

const folders: { dispose(): void }[] = [];
afterAll(() => {
  for (const folder of folders) folder.dispose();
});

it(`sign, why, the next admission, the unit's page and every export agree (${LIVES} lives, seed ${SEED})`, async () => {
  const lives = fc.sample(fc.array(anyAct, { minLength: 4, maxLength: 14 }), { seed: SEED, numRuns: LIVES });
  const decidedRules = new Set<string>();
  for (const [at, acts] of lives.entries()) {
    const life = await beginLife(`life ${at}`);
    for (const act of acts) await life.live(act);
    decidedRules.add(life.rule());
    await life.end();
  }
  // The lives are worth something only when people decided in some of them.
  expect([...decidedRules]).toEqual(expect.arrayContaining(['D14', 'D14a']));
});

async function beginLife(name: string) {
  const folder = temporaryFolder();
  folders.push(folder);
  const clock = createVirtualClock();
  const record = await openSample(folder.path);
  const { history, log } = record;
  const recipe = loadRecipe('recipes/photon-demo.yaml', buildLoadRecipeOptions('virtual', folder.path));
  /** The test's own book of accepted signatures: run and decision to who signed. */
  const book = new Map<string, Person[]>();
  const done: string[] = [];
  let count = 0;
  let last: Verdict | null = null;

  const openJudge = () => createRunJudge({ history, log, recipe, policy: defaultPolicy, fixtureCount: 3 });
  const ask = async () => {
    const runs = await findUnitRuns(history, UNIT.label);
    const run = selectStandingRun(runs, await log.readVoidedRunIds());
    const standing = await reevaluateVerdict({ fixtures: [], policy: defaultPolicy, history, log, clock }, run);
    return { runs, run, standing };
  };

  const runOnce = async (act: Extract<Act, { do: 'run' }>): Promise<void> => {
    const judge = await openJudge();
    const refusal = await judge.admit(UNIT, 'production');
    count += 1;
    const made = aRun({ fixture: act.fixture, at: count, ...(act.code && { code: act.code }) });
    const run = {
      ...made,
      runId: `run-${String(count).padStart(7, '0')}`,
      unit: UNIT,
      recipe: { ...made.recipe, name: recipe.name },
      ...(refusal && { result: 'void' as const, failure: null, steps: [] }),
    };
    const { sequence: _sequence, ...header } = run;
    const judged = await judge.judge(header, [], refusal);
    const proposed: Partial<Verdict> =
      act.proposes && act.code && !refusal ? { disposition: 'scrap-proposed', rule: 'D13', reason: 'dead' } : {};
    await record.journal.beginRun(header);
    await record.journal.finishRun({ ...header, ...judged, verdict: { ...judged.verdict, ...proposed } });
    if (refusal) await expectRefusedAsStanding(refusal, judged.verdict);
  };

  const expectRefusedAsStanding = async (refusal: Refusal, verdict: Verdict): Promise<void> => {
    const { standing } = await ask();
    const about = `${name}: ${done.join(', ')}`;
    if (refusal.rule !== 'D15') expect(refusal.disposition, about).toBe(standing.disposition);
    expect(verdict.disposition, about).toBe(refusal.disposition);
  };

  const sign = async (person: Person, decision: SignOffDecision): Promise<void> => {
    const { run, standing } = await ask();
    const key = `${run.runId} ${decision}`;
    const about = `${name}: ${done.join(', ')}`;
    try {
      const request = { run: { ...run, verdict: standing }, decision, person, reason: 'looked at it' };
      const missing = await signDecision({ log, policy: defaultPolicy }, request);
      book.set(key, [...(book.get(key) ?? []), person]);
      expect(missing === null, about).toBe(isDecided(key, decision));
      const asksForQuality = decision !== 'rework' && !book.get(key)!.some(({ role }) => role === 'quality');
      if (asksForQuality) expect(missing, about).toContain('quality');
    } catch (error) {
      if (!isStationError(error)) throw error;
      expect(error.kind, about).toBe('input');
      expect((await ask()).standing.rule, about).toBe(standing.rule);
    }
  };

  const isDecided = (key: string, decision: SignOffDecision): boolean => {
    const signed = book.get(key) ?? [];
    if (decision === 'rework') return signed.length > 0;
    const names = new Set(signed.map(({ id }) => normalizePersonName(id)));
    return names.size >= 2 && signed.some(({ role }) => role === 'quality');
  };

  const expectOneAnswer = async (): Promise<void> => {
    if (count === 0) return;
    const { runs, run, standing } = await ask();
    last = standing;
    const about = `${name}: ${done.join(', ')}: ${standing.disposition} (${standing.rule})`;
    expect(standing.rule === 'D14', about).toBe(isDecided(`${run.runId} scrap`, 'scrap'));
    expect(standing.rule === 'D14a', about).toBe(isDecided(`${run.runId} use-as-is`, 'use-as-is'));

    const admission = await (await openJudge()).admit(UNIT, 'production');
    const permission = await checkRunPermission(log, defaultPolicy, runs);
    expect(permission.allowed, about).toBe(admission === null);
    if (admission && admission.rule !== 'D15') expect(admission.disposition, about).toBe(standing.disposition);
    if (admission?.rule === 'D15') expect(['pass', 'hold'], about).toContain(admission.disposition);
    if (!admission)
      expect(['pass', 'retest'].includes(standing.disposition) || (await isFreedSince(run)), about).toBe(true);
    if (standing.disposition === 'scrap') expect(admission, about).not.toBeNull();

    const { sequence: _sequence, ...plain } = run;
    const decided = await applySignOffs(log, plain);
    expect([decided.verdict.disposition, decided.verdict.rule], about).toEqual([standing.disposition, standing.rule]);
    const page = renderUnitPage(plain, { standing: decided.verdict, history: runs });
    expect(page, about).toContain(`· ${dispositionLabels[standing.disposition].word}</title>`);
  };

  const isFreedSince = async (run: RecordedRun): Promise<boolean> =>
    (await log.findNotesOfUnit(UNIT)).some(
      ({ kind, sequence }) => (kind === 'repaired' || kind === 'released') && sequence > run.sequence,
    );

  return {
    live: async (act: Act): Promise<void> => {
      done.push(act.do === 'sign' ? `${act.decision} by ${act.person.id}` : act.do);
      if (act.do === 'run') await runOnce(act);
      else if (count > 0 && act.do === 'sign') await sign(act.person, act.decision);
      else if (count > 0 && act.do === 'repair')
        await log.append('unit-repaired', { unit: UNIT, by: people[5]!, cause: 'new connector' });
      else if (count > 0)
        await log.append('unit-released', { unit: UNIT, by: people[0]!, reason: 'read twice, clean' });
      await expectOneAnswer();
    },
    rule: () => last?.rule ?? '',
    end: async (): Promise<void> => {
      if (count > 0) await expectEveryExportAgrees(record, (await ask()).run, last!, `${name}: ${done.join(', ')}`);
      await record.close();
    },
  };
}

/** In the format's own words, where the run went. */
const EXPORTED_DISPOSITION =
  /disposition["' ,:=]+(?:(?:value|name|data|text)["' ,:=]+)*["']?(pass|retest|rework|hold|scrap-proposed|scrap)\b/;

async function expectEveryExportAgrees(
  { log }: StationRecord,
  run: RunRecord,
  standing: Verdict,
  about: string,
): Promise<void> {
  const decided = await applySignOffs(log, run);
  for (const format of exportFormats) {
    const source = async function* () {
      yield decided;
    };
    let text = '';
    for await (const piece of format.write(source, defaultExportOptions)) text += piece.text;
    const told = format.name === 'csv' ? readCsvDisposition(text) : EXPORTED_DISPOSITION.exec(text)?.[1];
    if (format.name === 'cfx')
      expect(text.includes('Scrap'), `${format.name}, ${about}`).toBe(standing.disposition === 'scrap');
    else if (told !== undefined) expect(told, `${format.name}, ${about}`).toBe(standing.disposition);
    else expect(format.omits?.reasonFor(decided) ?? null, `${format.name}, ${about}`).not.toBeNull();
  }
}

function readCsvDisposition(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex((line) => line.startsWith('run_id') && line.includes('disposition'));
  return lines[head + 1]?.split(',')[lines[head]!.split(',').indexOf('disposition')];
}
