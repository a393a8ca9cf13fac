// People and policy as the record keeps them: whatever station file a verb is started with, the record's own words hold.
import { toCanonicalJson } from '../../base/canonical-json.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import { StationError } from '../../base/station-error.ts';
import { hasPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import type { StationLog, StationLogReader, StationPolicyBody } from '../../record/log/station-log.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { defaultPolicy, type Policy } from '../../verdict/policy/policy.ts';
import { findPerson } from '../options/person-options.ts';

/** What the record keeps of its station file, as it was last taken over; null before the first start of this version. */
export async function readKeptStation(
  log: Pick<StationLogReader, 'findRecentEntries'>,
): Promise<StationPolicyBody | null> {
  const [entry] = await log.findRecentEntries('station-policy', 1);
  return entry?.body ?? null;
}

/** The policy that a record keeps; that of the station file where it keeps none yet, and the safe one without either. */
export async function readKeptPolicy(
  log: Pick<StationLogReader, 'findRecentEntries'>,
  plan: StationPlan | null,
): Promise<Policy> {
  const kept = await readKeptStation(log);
  return kept ? (kept.policy as Policy) : (plan?.policy ?? defaultPolicy);
}

/**
 * Takes over what the station file says: at the first start, when the file in its known place was changed (its rights
 * guard it), or when the record lists nobody who could object. Every change is a record. Throws StationError
 * `record/other-station-file` for another file that says otherwise.
 */
export async function takeOverStationFile(log: StationLog, plan: StationPlan): Promise<void> {
  const kept = await readKeptStation(log);
  const body = buildStationPolicy(plan);
  if (kept && computePolicyDigest(kept) === computePolicyDigest(body)) return;
  const isGuarded = kept !== null && (kept.policy as Policy).people.length > 0;
  if (isGuarded && kept.file !== plan.file) throw createOtherFileError(kept, plan);
  await log.append('station-policy', { ...body, by: null, reason: null });
}

/** Takes over another station file in the name of somebody whom the record lists, and who may sign. */
export async function adoptStationFile(
  log: StationLog,
  plan: StationPlan,
  { name, role, reason }: { readonly name: string; readonly role?: string; readonly reason: string },
): Promise<Person> {
  const by = findPerson(await readKeptPolicy(log, plan), { name, ...(role !== undefined && { role }) });
  if (!hasPermission(by.role, 'adopt-station-file'))
    throw new StationError({
      code: 'record/not-allowed',
      message: `${by.id} (${by.role}) may not adopt a station file`,
      hint: 'Ask somebody of quality or an engineer.',
    });
  await log.append('station-policy', { ...buildStationPolicy(plan), by, reason });
  return by;
}

function buildStationPolicy({
  file,
  sha256,
  mode,
  bench,
  policy,
  keyringFile,
  headsFolder,
}: StationPlan): StationPolicyBody {
  return { file, sha256, mode, bench, policy, keyringFile, headsFolder, by: null, reason: null };
}

/** Fixtures and folders may change; who may do what, and where its proof is kept, is what people agreed on. */
function computePolicyDigest({ mode, bench, policy, keyringFile, headsFolder }: StationPolicyBody): string {
  return computeSha256Hex(toCanonicalJson({ mode, bench, policy, keyringFile, headsFolder }));
}

function createOtherFileError({ file }: StationPolicyBody, plan: StationPlan): StationError {
  return new StationError({
    code: 'record/other-station-file',
    message: `${plan.file} says otherwise about people or policy than the record, which goes by ${file}`,
    hint: 'Use the station file that the record goes by, or have somebody whom it lists take over this one: flashline adopt.',
  });
}
