// Which of two revisions of a recipe is the later one: numbers count as numbers, letters as letters, Z comes before AA.

/** Below zero when `left` is the older, above when it is the newer, zero when they are the same. */
export function compareRevisions(left: string, right: string): number {
  const [ours, theirs] = [splitRevision(left), splitRevision(right)];
  for (let at = 0; at < Math.max(ours.length, theirs.length); at += 1) {
    const difference = compareParts(ours[at], theirs[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function splitRevision(revision: string): readonly string[] {
  return revision.toUpperCase().match(/\d+|\p{L}+/gu) ?? [];
}

/** What is longer in parts is newer: 1 before 1.1. A number comes before letters: 2 before A, as drawings are counted. */
function compareParts(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  const isNumber = [left, right].map((part) => /^\d/.test(part));
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  const trimmed = [left, right].map((part) => part.replace(/^0+(?=\d)/, ''));
  const [one, other] = [trimmed[0]!, trimmed[1]!];
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
