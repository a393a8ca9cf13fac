// The files of a new folder, as text: station, README and what git leaves out.
import type { Person } from '../../../domain/people/person.ts';

export interface ProjectNames {
  readonly product: string;
  readonly recipe: string;
  readonly station: string;
  readonly imageFile: string;
  readonly isImageExample: boolean;
}

/** A bench of virtual fixtures on hubs of four, which switch their power. */
export function renderStationFile(
  station: string,
  { fixtureCount, people }: { readonly fixtureCount: number; readonly people: readonly Person[] },
): string {
  const fixtures = Array.from({ length: fixtureCount }, (_, index) => {
    const [hub, port] = [`1-${Math.floor(index / HUB_PORTS) + 1}`, (index % HUB_PORTS) + 1];
    return `  - { number: ${index + 1}, port: ${hub}.${port}, power: { hub: ${hub}, port: ${port} } }`;
  });
  // A JSON text is a YAML text too.
  const listed = people.map(({ id, role }) => `  - { name: ${JSON.stringify(id)}, role: ${role} }`);
  return [
    '# A virtual bench: its units exist only in this program. For a real one: flashline teach bench.yaml',
    '# Every key: flashline explain station, or docs/reference/station.md',
    '',
    'flashline: 1',
    `station: ${station}`,
    'mode: development # production: only signed recipes run',
    'bench: virtual',
    '',
    'fixtures:',
    ...fixtures,
    '',
    ...(listed.length === 0
      ? [
          '# people: # who may sign; until somebody is listed, anybody who states a role',
          '#   - { name: Q. Uality, role: quality }',
        ]
      : ['people:', ...listed]),
    '',
  ].join('\n');
}

/** What the next person reads first. */
export function renderReadme({ product, recipe, station, imageFile, isImageExample }: ProjectNames): string {
  const image = isImageExample
    ? `- \`${imageFile}\`: **an example**, 4 KiB of a pattern. Put your firmware there, and pin it: \`sha256sum ${imageFile}\`.`
    : `- \`${imageFile}\`: the firmware. The recipe pins it by its SHA-256.`;
  return `# ${product}

The production test of ${product}, run by Flashline.

- \`recipes/${recipe}.yaml\`: what happens to each unit. What stands there as YOUR-... only people know.
- \`station.yaml\`: the station ${station}, a virtual bench for now.
${image}

\`\`\`
flashline check recipes/${recipe}.yaml station.yaml
flashline run --recipe ${recipe} --batch TRY --units 8
flashline run --recipe ${recipe} --batch TRY2 --faults dead-sector
flashline hold
\`\`\`

Records are kept in \`.flashline/\`, pages in \`reports/\`: neither belongs into git, and neither is ever written twice.
For a real bench: \`flashline doctor\`, \`flashline teach bench.yaml\`, then \`--station bench.yaml\`.
`;
}

/** Records and pages are the station's, not the repository's. */
export const GIT_IGNORE = '.flashline/\nreports/\n';

/** Ports of the hubs that a virtual bench is drawn with. */
const HUB_PORTS = 4;
