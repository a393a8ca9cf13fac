// The rules by which units are judged and fixtures are stopped, as entries of the reference.
import { signOffRuleTexts } from '../../domain/decisions/sign-off.ts';
import { stopRuleTexts } from '../../verdict/fixtures/stop-rule-texts.ts';
import { decisionTable } from '../../verdict/rules/decision-table.ts';
import type { ReferenceEntry } from './reference-entry.ts';

/** Rules of the decision table in the order in which they are asked, then those of people, then those that stop fixtures. */
export function listRules(): readonly ReferenceEntry[] {
  return [
    ...[...new Map(decisionTable.map((rule) => [rule.id, rule])).values()].map(({ id, text }) =>
      describeRule(id, text),
    ),
    ...Object.entries(signOffRuleTexts).map(([id, text]) => describeRule(id, text)),
    ...Object.entries(stopRuleTexts).map(
      ([word, { when, ends }]): ReferenceEntry => ({ word, kind: 'stop rule', means: when, facts: [['Ends', ends]] }),
    ),
  ];
}

function describeRule(word: string, means: string): ReferenceEntry {
  return { word, kind: 'rule', means, facts: [] };
}
