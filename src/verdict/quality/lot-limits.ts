// Limits that a lot sets itself: part average testing of values (AEC-Q001), and statistical bin limits of failures (AEC-Q002).

/** A number that a unit of a lot showed: a measurement or the time of a step, of a run that passed. */
export interface LotValue {
  readonly lot: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** Dynamic part average limits of one value in one lot: its median, six robust standard deviations to each side. */
export interface PartAverageLimits {
  readonly lot: string;
  readonly name: string;
  readonly count: number;
  readonly low: number;
  readonly high: number;
  /** Units that passed and lie outside. */
  readonly outliers: readonly string[];
}

/** Fewer values than this set no limits. */
const MIN_VALUES = 30;
const SIGMAS = 6;
/** Between the quartiles of a normal distribution lie so many of its standard deviations. */
const QUARTILE_SIGMAS = 1.35;
/** Less than this share from the median is nothing to tell, however small the spread. */
const MIN_SHARE = 0.05;

/** The limits of each value in each lot that has enough of them. */
export function calculatePartAverageLimits(values: readonly LotValue[]): readonly PartAverageLimits[] {
  const groups = Map.groupBy(values, ({ lot, name }) => `${lot}\n${name}`);
  return [...groups.values()].filter((group) => group.length >= MIN_VALUES).map(limitPartAverage);
}

function limitPartAverage(group: readonly LotValue[]): PartAverageLimits {
  const sorted = group.map(({ value }) => value).sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  const median = at(0.5);
  const sigma = (at(0.75) - at(0.25)) / QUARTILE_SIGMAS;
  const reach = Math.max(SIGMAS * sigma, MIN_SHARE * Math.abs(median));
  const [low, high] = [median - reach, median + reach];
  return {
    lot: group[0]!.lot,
    name: group[0]!.name,
    count: group.length,
    low,
    high,
    outliers: group.filter(({ value }) => value < low || value > high).map(({ unit }) => unit),
  };
}

/** Units of one lot, and how many failed first by each class. */
export interface LotFailures {
  readonly lot: string;
  readonly units: number;
  readonly byClass: ReadonlyMap<string, number>;
}

/** Statistical bin limits of one class over the lots before: the mean share, and three and four standard deviations above it. */
export interface BinLimits {
  readonly failureClass: string;
  readonly lots: number;
  readonly mean: number;
  readonly first: number;
  readonly second: number;
  /** Lots above a limit, with their share. */
  readonly above: readonly { readonly lot: string; readonly share: number; readonly limit: 'first' | 'second' }[];
}

/** AEC-Q002 asks for six lots before limits are set. */
const MIN_LOTS = 6;

/** The limits of each class; a lot is held to what all the others showed, so that a bad one does not raise its own limit. */
export function calculateBinLimits(lots: readonly LotFailures[]): readonly BinLimits[] {
  if (lots.length < MIN_LOTS) return [];
  const classes = [...new Set(lots.flatMap(({ byClass }) => [...byClass.keys()]))].sort();
  return classes.map((failureClass) => {
    const shares = lots.map(({ lot, units, byClass }) => ({
      lot,
      units,
      share: (byClass.get(failureClass) ?? 0) / units,
    }));
    const above = shares.flatMap((own) => {
      const { first, second } = limitShares(
        shares.filter((other) => other !== own),
        own.units,
      );
      if (own.share <= first) return [];
      return [{ lot: own.lot, share: own.share, limit: own.share > second ? ('second' as const) : ('first' as const) }];
    });
    const units = shares.reduce((sum, own) => sum + own.units, 0) / shares.length;
    return { failureClass, lots: lots.length, ...limitShares(shares, units), above };
  });
}

/** The spread between lots, and never less than what chance gives a lot of so many units. */
function limitShares(shares: readonly { readonly share: number }[], units: number) {
  const mean = shares.reduce((sum, { share }) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, { share }) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length - 1);
  const sigma = Math.sqrt(Math.max(variance, (mean * (1 - mean)) / units));
  return { mean, first: mean + 3 * sigma, second: mean + 4 * sigma };
}
