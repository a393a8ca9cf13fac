// `flashline ports`, `teach`, `doctor` and `udev`: from a table with hubs and cables to a station file that fits it.

import { readMachineFacts } from '../../../equipment/drivers/machine-facts.ts';
import { readUsbTree } from '../../../equipment/drivers/usb/sysfs-usb.ts';
import { findBenchWarnings, formatBenchTree } from '../../../station/setup/bench-tree.ts';
import { checkMachine } from '../../../station/setup/doctor.ts';
import { renderUdevRules } from '../../../station/setup/udev-rules.ts';
import { listUnitUsbIds } from '../../../station/setup/unit-usb-ids.ts';
import { chooseStation } from '../../input/choose-station.ts';
import { findRecipesInUse } from '../../input/recipes-in-use.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { readHubFacts } from './read-hub-facts.ts';
import type { doctorVerb, portsVerb, teachVerb, udevVerb } from './station-verbs.ts';
import { teachFixturePorts } from './teach-fixtures.ts';

export async function teachPorts({ terminal }: Cli, { file, from }: VerbInput<typeof teachVerb>): Promise<void> {
  await teachFixturePorts(terminal, file, parsePositiveNumber(from, '--from'));
}

export function printUdevRules({ terminal }: Cli, { recipes: names }: VerbInput<typeof udevVerb>): void {
  const { recipes, unreadFiles } = findRecipesInUse(names ?? []);
  for (const file of unreadFiles) terminal.writeErr(`flashline: ${file} has problems and is left out\n`);
  terminal.writeOut(renderUdevRules(listUnitUsbIds(recipes)));
}

export function printPorts(cli: Cli, { station }: VerbInput<typeof portsVerb>): void {
  const fixtures = station === undefined ? [] : chooseStation(station).fixtures;
  const tree = readUsbTree();
  const lines = formatBenchTree(tree, fixtures);
  cli.terminal.writeOut(lines.length === 0 ? 'This machine has no USB.\n' : `${lines.join('\n')}\n`);
  for (const warning of findBenchWarnings(tree, fixtures)) cli.terminal.writeOut(`warning: ${warning}\n`);
}

export async function runDoctor(cli: Cli, options: VerbInput<typeof doctorVerb>): Promise<void> {
  const plan = options.station === undefined ? undefined : chooseStation(options.station);
  const facts = await readMachineFacts(plan?.recordFolder ?? '.');
  const { recipes, unreadFiles } = findRecipesInUse(options.recipe === undefined ? [] : [options.recipe]);
  for (const file of unreadFiles) cli.terminal.writeErr(`flashline: ${file} has problems and is left out\n`);
  const findings = checkMachine(facts, plan ? await readHubFacts(plan) : [], listUnitUsbIds(recipes));
  for (const finding of findings) {
    if (options.json) cli.terminal.writeOut(`${JSON.stringify(finding)}\n`);
    else {
      cli.terminal.writeOut(`${finding.standing.padEnd(8)} ${finding.what}: ${finding.says}\n`);
      if (finding.remedy !== null) cli.terminal.writeOut(`         remedy: ${finding.remedy}\n`);
    }
  }
  if (findings.some(({ standing }) => standing === 'bad')) cli.exit(exitCodes.station);
}
