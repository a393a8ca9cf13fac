// The few tests that the rules rest on: Fisher's exact test, a cumulative sum of log odds, Cohen's kappa.

/**
 * One-sided Fisher exact test: the probability of at least `failed` failures out of `total` when both groups fail alike.
 */
export function calculateFisherProbability(
  failed: number,
  total: number,
  otherFailed: number,
  otherTotal: number,
): number {
  const failures = failed + otherFailed;
  const all = total + otherTotal;
  let probability = 0;
  for (let count = failed; count <= Math.min(failures, total); count += 1) {
    if (failures - count > otherTotal) continue;
    probability += Math.exp(
      calculateLogBinomial(total, count) +
        calculateLogBinomial(otherTotal, failures - count) -
        calculateLogBinomial(all, failures),
    );
  }
  return Math.min(1, probability);
}

/** The probability of at least `count` of `total` when each has this chance, independently. */
export function calculateBinomialTail(count: number, total: number, chance: number): number {
  let probability = 0;
  for (let seen = count; seen <= total; seen += 1) {
    const logChance = seen * Math.log(chance) + (total - seen) * Math.log(1 - chance);
    probability += Math.exp(calculateLogBinomial(total, seen) + logChance);
  }
  return Math.min(1, probability);
}

/** Page's cumulative sum: log odds added up, never below zero; the result is the last value. */
export function calculateCusum(steps: readonly number[]): number {
  return steps.reduce((sum, step) => Math.max(0, sum + step), 0);
}

/** Cohen's kappa of pairs of judgements (true or false): agreement beyond chance; 1 when neither side ever differs. */
export function calculateCohensKappa(pairs: readonly (readonly [boolean, boolean])[]): number {
  if (pairs.length === 0) return 0;
  const share = (count: number): number => count / pairs.length;
  const agreed = share(pairs.filter(([left, right]) => left === right).length);
  const left = share(pairs.filter(([value]) => value).length);
  const right = share(pairs.filter(([, value]) => value).length);
  const byChance = left * right + (1 - left) * (1 - right);
  if (byChance === 1) return 1;
  return (agreed - byChance) / (1 - byChance);
}

function calculateLogBinomial(from: number, take: number): number {
  return calculateLogFactorial(from) - calculateLogFactorial(take) - calculateLogFactorial(from - take);
}

/** ln n!, by Stirling's series from 10 on (error below 1e-10). */
function calculateLogFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x ** 3);
}
