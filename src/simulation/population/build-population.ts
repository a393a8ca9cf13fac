// A population as its file has it, in the words of the program.
import type { DefectRate, FailShares, FixtureTrouble, Population } from './population.ts';
import type { WrittenDefect, WrittenFail, WrittenPopulation, WrittenTrouble } from './population-schema.ts';

/** What a population cannot do without, by section. Sections that are lists are empty when left out. */
const NEEDED = {
  'hard defects': ['kinds', 'fail'],
  'intermittent defects': ['kinds', 'fail'],
  'one-offs': ['share', 'faces', 'usb flakes'],
  cables: ['break', 'fail', 'in the port', 'faces'],
  station: ['host errors', 'hub resets', 'hubs', 'hub drop', 'long drops', 'long drop', 'kills', 'restart'],
  people: [
    'wrong fixture',
    'instruction ignored',
    'once more',
    'label mixed up',
    'pulled out',
    'least handling',
    'most handling',
    'technician',
    'desk',
  ],
  rework: ['probe finds', 'probe finds intermittent'],
} as const satisfies Partial<Record<keyof WrittenPopulation, readonly string[]>>;

/** What is missing in a population that is like no other, or like an incomplete one, as paths. */
export function findMissingParts(written: WrittenPopulation): readonly (readonly string[])[] {
  return Object.entries(NEEDED).flatMap(([section, keys]) => {
    const part = written[section as keyof typeof NEEDED] as Readonly<Record<string, unknown>> | undefined;
    if (!part) return [[section]];
    return keys.filter((key) => part[key] === undefined).map((key) => [section, key]);
  });
}

/** The population; nothing is missing in what is written. */
export function buildPopulation(written: WrittenPopulation): Population {
  const oneOffs = written['one-offs']!;
  const cables = written.cables!;
  return {
    name: written.population,
    title: written.title,
    because: written.because.trim(),
    unitsPerLot: written['units per lot'] ?? UNITS_PER_LOT,
    sampleUnits: written.sample ?? UNITS_PER_LOT,
    goals: written.goals ?? {},
    fixtureCount: written.fixtures ?? null,
    defects: [
      ...buildSection(written['hard defects']!),
      ...(written['further defects'] ?? []).map((defect) => buildDefect(defect, '100 %')),
      ...buildSection(written['intermittent defects']!),
    ],
    intermittentWindow: written['intermittent defects']!.when ?? null,
    variety: written.variety ?? [],
    oneOffs: {
      share: oneOffs.share!,
      faces: oneOffs.faces!,
      usbFlakeShare: oneOffs['usb flakes']!,
      window: oneOffs.when ?? null,
    },
    cables: {
      breaksPerPlugIn: cables.break!,
      failShares: cables.fail!,
      portShare: cables['in the port']!,
      faces: cables.faces!,
    },
    fixtureTroubles: (written['fixture troubles'] ?? []).map(buildTrouble),
    references: (written.references ?? []).map(({ unit, after, becomes, fail }) => ({
      unit,
      afterRuns: after,
      becomes,
      failShare: fail,
    })),
    ...buildSurroundings(written),
  };
}

/** Units of one lot where the file does not say: about ten shifts of one operator. */
const UNITS_PER_LOT = 5000;

function buildSurroundings(
  written: WrittenPopulation,
): Pick<Population, 'station' | 'people' | 'rework' | 'identities'> {
  const { station, people, rework, identities } = written;
  return {
    station: {
      hostErrorShare: station!['host errors']!,
      hubResetsPerRun: station!['hub resets']!,
      hubCount: station!.hubs!,
      hubDropMs: station!['hub drop']!,
      longDropShare: station!['long drops']!,
      longDropMs: station!['long drop']!,
      killsPerRun: station!.kills!,
      restartMs: station!.restart!,
      slowness: station!.slowness ?? 1,
    },
    people: {
      wrongFixtureShare: people!['wrong fixture']!,
      instructionIgnoredShare: people!['instruction ignored']!,
      onceMoreShare: people!['once more']!,
      labelMixedUpShare: people!['label mixed up']!,
      pulledOutShare: people!['pulled out']!,
      wrongBinShare: people!['wrong bin'] ?? 0,
      referenceIgnoredShare: people!['reference ignored'] ?? 0,
      handLowMs: people!['least handling']!,
      handHighMs: people!['most handling']!,
      technicianMs: people!.technician!,
      deskMs: people!.desk!,
      calledAtUnits: people!['called at'] ?? Number.POSITIVE_INFINITY,
    },
    rework: {
      probeFindsShare: rework!['probe finds']!,
      probeFindsIntermittentShare: rework!['probe finds intermittent']!,
      probeAccusesGoodShare: rework!['probe accuses good'] ?? 0,
      curesShare: rework!.cures ?? 1,
      spoilsShare: rework!.spoils ?? 0,
    },
    identities: {
      duplicateDeviceIdShare: identities?.['duplicate device ids'] ?? 0,
      duplicateLabelShare: identities?.['duplicate labels'] ?? 0,
    },
  };
}

function buildSection({ scale = 1, fail, kinds }: NonNullable<WrittenPopulation['hard defects']>): DefectRate[] {
  return kinds!.map((kind) => {
    const defect = buildDefect(kind, fail!);
    return { ...defect, share: Math.min(1, defect.share * scale) };
  });
}

function buildDefect(written: WrittenDefect, fail: WrittenFail | '100 %'): DefectRate {
  return {
    fault: written.fault,
    share: written.share,
    isCurable: written.curable,
    failShares: buildFailShares(written.fail ?? (fail === '100 %' ? 1 : fail)),
    coveredBy: written.covered,
    units: written.units ?? null,
    panel: written.panel ?? null,
    lots: written.lots ?? null,
  };
}

function buildFailShares(fail: WrittenFail): FailShares {
  if (typeof fail === 'number') return { values: [fail] };
  return 'to' in fail ? fail : { values: fail };
}

function buildTrouble(written: WrittenTrouble): FixtureTrouble {
  const { fail } = written;
  const [failFrom, failTo, overPlugIns] = typeof fail === 'number' ? [fail, fail, 1] : [fail.from, fail.to, fail.over];
  return {
    fixtures: written.fixtures,
    failFrom,
    failTo,
    overPlugIns,
    faces: written.faces,
    sector: written.sector ?? null,
    curedBy: written['cured by'],
    onlyFor: written['only for'],
    window: written.when ?? null,
  };
}
