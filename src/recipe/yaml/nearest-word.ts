// The known word that somebody probably meant when writing an unknown one.

/** Words longer than this are never compared: nobody mistypes them, and the table would grow with the square. */
const MAX_COMPARED = 60;

/** The nearest known word when it is near enough to be meant, case and separators not counted; else undefined. */
export function findNearestWord(written: string, known: readonly string[]): string | undefined {
  const plain = normalizeWord(written);
  if (plain.length === 0 || plain.length > MAX_COMPARED) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1;
  for (const word of known) {
    const distance = computeEditDistance(plain, normalizeWord(word), least);
    if (distance >= least) continue;
    least = distance;
    nearest = word;
  }
  return nearest;
}

/** `did you mean "x"?`, or the known words when none is near and they are few. */
export function suggestKnownWord(written: string, known: readonly string[]): string | null {
  const nearest = findNearestWord(written, known);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return known.length === 0 ? null : `known here: ${known.join(', ')}`;
}

function normalizeWord(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '');
}

/** Insertions, deletions, changes and swaps of neighbours (optimal string alignment); stops counting at `limit`. */
function computeEditDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const changed = left[row - 1] === right[column - 1] ? 0 : 1;
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + changed);
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
