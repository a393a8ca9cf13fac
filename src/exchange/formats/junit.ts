// Runs as JUnit XML for CI systems: a suite per run, a test case per step.

import { formatLimits } from '../../domain/quality/limit-bounds.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import type { ExportFormat } from '../export-format.ts';
import { runResultMap, toExportedResult } from '../result-map.ts';
import { renderXml, type XmlMarkup } from './xml.ts';

const FILE = 'junit.xml';
const MAX_OUTPUT_CHARACTERS = 64 * 1024;

/** Elements and attributes of the schema that Jenkins publishes (junit-10.xsd). */
export const junit: ExportFormat = {
  name: 'junit',
  summary: 'JUnit XML for CI systems: a suite per run, a test case per step',
  checkedAgainst: 'the structure of jenkins junit-10.xsd, with xmllint',
  omits: null,
  write: async function* (runs) {
    yield { file: FILE, text: '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="flashline">\n' };
    for await (const run of runs()) yield { file: FILE, text: renderJunitSuite(run) };
    yield { file: FILE, text: '</testsuites>\n' };
  },
};

interface JunitCase {
  readonly name: string;
  readonly ms: number;
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  readonly output: string;
}

/** One `<testsuite>`. */
export function renderJunitSuite(run: RunRecord): string {
  const cases = buildTestCases(run);
  const count = (kind: JunitCase['kind']): number => cases.filter((item) => item.kind === kind).length;
  const name = `${formatUnitName(run.unit)} ${run.recipe.name}`;
  return String(
    renderXml`<testsuite name="${name}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${formatSeconds(run.durationMs)}" timestamp="${run.startedAt}" hostname="${run.station}" id="${run.runId}" package="${run.recipe.name}">
${renderProperties(run)}${cases.map((item) => renderTestCase(run, item))}${renderTranscript(run)}</testsuite>
`,
  );
}

/** Attempts of one step are one case: the last decides, the earlier are told in its output. */
function buildTestCases(run: RunRecord): readonly JunitCase[] {
  const attempts = new Map<string, StepRecord[]>();
  for (const step of run.steps) attempts.set(step.id, [...(attempts.get(step.id) ?? []), step]);
  const cases = [...attempts.values()].map((steps) => buildTestCase(run, steps));
  const { junit: kind } = runResultMap[toExportedResult(run)];
  if (kind === 'passed' || cases.some((item) => item.kind !== 'passed')) return cases;
  return [...cases, { name: 'run', ms: 0, kind, ...describeRunProblem(run), output: '' }];
}

function buildTestCase(run: RunRecord, steps: readonly StepRecord[]): JunitCase {
  const last = steps.at(-1)!;
  const ms = steps.reduce((sum, step) => sum + step.durationMs, 0);
  const kind = classifyTestCase(run, last);
  const earlier = steps
    .slice(0, -1)
    .map((step) => `attempt ${step.attempt} ${step.result}: ${step.failure?.message ?? step.error?.message ?? ''}`);
  const measured = last.measurements.map(
    (item) =>
      `${item.name} = ${item.value ?? 'not taken'}${item.unit && ` ${item.unit}`} (${formatLimits(item)}): ${item.result}`,
  );
  const type = last.failure?.code ?? last.error?.code ?? last.result;
  const message = last.failure
    ? `${getFailureTitle(last.failure.code)}: ${last.failure.message}`
    : (last.error?.message ?? last.result);
  return { name: last.id, ms, kind, type, message, output: [...earlier, ...measured].join('\n') };
}

function classifyTestCase(run: RunRecord, { result }: StepRecord): JunitCase['kind'] {
  if (result === 'passed') return 'passed';
  if (result === 'skipped' || toExportedResult(run) === 'void') return 'skipped';
  return result === 'failed' && run.result === 'fail' ? 'failure' : 'error';
}

function describeRunProblem(run: RunRecord): Pick<JunitCase, 'type' | 'message'> {
  return {
    type: run.failure?.code ?? run.error?.code ?? run.result,
    message: run.failure?.message ?? run.error?.message ?? run.verdict.operatorText,
  };
}

function renderTestCase(run: RunRecord, { name, ms, kind, type, message, output }: JunitCase): XmlMarkup {
  const about = renderXml`name="${name}" classname="${run.recipe.name}" time="${formatSeconds(ms)}"`;
  // The schema names these elements; a kind is never text from outside.
  const trouble = {
    passed: null,
    failure: renderXml`<failure type="${type}" message="${message}"/>`,
    error: renderXml`<error type="${type}" message="${message}"/>`,
    skipped: renderXml`<skipped type="${type}" message="${message}"/>`,
  }[kind];
  const out = output ? renderXml`<system-out>${output}</system-out>` : null;
  if (!trouble && !out) return renderXml`<testcase ${about}/>\n`;
  return renderXml`<testcase ${about}>${trouble}${out}</testcase>\n`;
}

function renderProperties(run: RunRecord): XmlMarkup {
  const { unit, recipe, verdict } = run;
  const pairs: readonly (readonly [string, string | number | null | undefined])[] = [
    ['label', unit.label],
    ['device-id', unit.deviceId],
    ['batch', run.batch],
    ['fixture', run.fixture],
    ['operator', run.operator],
    ['purpose', run.purpose],
    ['attempt', run.attempt],
    ['result', run.result],
    ['disposition', verdict.disposition],
    ['rule', verdict.rule],
    ['recipe-revision', recipe.revision],
    ['recipe-sha256', recipe.sha256],
    ...recipe.images.map((image) => [`sha256 of ${image.name}`, image.sha256] as const),
    ['program', run.program],
  ];
  const known = pairs.filter(([, value]) => value !== null && value !== undefined);
  const properties = known.map(([name, value]) => renderXml`<property name="${name}" value="${String(value)}"/>`);
  return renderXml`<properties>${properties}</properties>\n`;
}

function renderTranscript(run: RunRecord): XmlMarkup | null {
  const text = run.steps
    .flatMap((step) => step.evidence)
    .flatMap((evidence) => (evidence.kind === 'transcript' ? evidence.entries : []))
    .map(
      (entry) => `${entry.direction === 'sent' ? '> ' : ''}${Buffer.from(entry.rawBase64, 'base64').toString('utf8')}`,
    )
    .join('\n');
  return text ? renderXml`<system-out>${text.slice(0, MAX_OUTPUT_CHARACTERS)}</system-out>\n` : null;
}

function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
