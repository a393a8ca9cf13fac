// The policy of a station file in the words of the file, held to the bounds that nobody can loosen.
import type { Person } from '../../domain/people/person.ts';
import type { Problem } from '../../recipe/yaml/problems.ts';
import { parseFilePart, readValueAt } from '../../recipe/yaml/schema-problems.ts';
import type { YamlSource } from '../../recipe/yaml/yaml-source.ts';
import { checkPolicy, defaultPolicy, type Policy } from '../../verdict/policy/policy.ts';
import { policySchema, type WrittenPolicy } from './station-schema.ts';

const MS_PER_HOUR = 3_600_000;
const MS_PER_SECOND = 1_000;

/** Parts that the file gives as durations. */
const HOURS: readonly string[] = ['challengeHours', 'dispositionHours'];

/** How the file calls each part of the policy. */
const POLICY_FILE_KEYS = {
  runsWithoutRepair: 'runs without repair',
  uncountedRuns: 'uncounted runs',
  repairs: 'repairs',
  passesAfterFailure: 'passes after failure',
  passesAfterAnalysis: 'passes after analysis',
  analyses: 'analyses',
  passesAfterUnexplainedRepair: 'passes after unexplained repair',
  fixturesToCondemn: 'fixtures to condemn',
  signatures: 'signatures',
  challengeHours: 'challenge every',
  dispositionHours: 'decide within',
  cableRatedCycles: 'cable rated for',
  cableWarnShare: 'cable warning at',
  scanFirstSeconds: 'scan first',
  noEarlierOperation: 'no earlier operation',
  scrapRoles: 'may sign scrap',
  useAsIsRoles: 'may sign use as is',
} as const satisfies Partial<Record<keyof Policy, keyof WrittenPolicy>>;

/** The policy, safe where the file is silent; what is wrong with it is added to `problems`. */
export function readPolicy(source: YamlSource, people: readonly Person[], problems: Problem[]): Policy {
  const value = readValueAt(source.data, ['policy']) ?? {};
  const written = parseFilePart(policySchema, source, { path: ['policy'], value }, problems) ?? {};
  const policy: Policy = { ...defaultPolicy, ...translatePolicy(written), people };
  for (const { key, message } of checkPolicy(policy)) {
    const word = key === 'people' ? 'people' : POLICY_FILE_KEYS[key];
    const path = key === 'people' ? ['people'] : ['policy', word];
    problems.push(
      source.createProblemAt(
        path,
        message.replace(key, word),
        key === 'people' ? null : 'a station file cannot loosen this',
      ),
    );
  }
  return policy;
}

function translatePolicy(written: Partial<WrittenPolicy>): Partial<Policy> {
  const entries = Object.entries(POLICY_FILE_KEYS).flatMap(([key, word]) => {
    const value = written[word];
    if (value === undefined) return [];
    if (HOURS.includes(key)) return [[key, Number(value) / MS_PER_HOUR]];
    if (key === 'scanFirstSeconds') return [[key, value === 'never' ? 0 : Number(value) / MS_PER_SECOND]];
    return [[key, value]];
  });
  return Object.fromEntries(entries) as Partial<Policy>;
}
