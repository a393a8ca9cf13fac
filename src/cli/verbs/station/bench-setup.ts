// `flashline ports`, `teach`, `doctor` and `udev`: from a table with hubs and cables to a station file that fits it.
import { parsePositiveNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

export const addPorts: AddVerb = (program, cli) => {
  program
    .command('ports')
    .description('show the USB tree: what is where, which ports are free, and what will slow units down')
    .option('--station <name>', 'a station file, whose fixtures are shown at their ports')
    .action(async (options: { station?: string }) => printPorts(cli, options.station));
};

export const addTeach: AddVerb = (program, cli) => {
  program
    .command('teach')
    .description('bind fixtures to USB ports by plugging one unit after another, and write the station file')
    .argument('[file]', 'the station file; written anew when it is not there', 'station.yaml')
    .option('--from <number>', 'number of the first fixture', '1')
    .action(async (file: string, options: { from: string }) => {
      const { teachFixturePorts } = await import('./teach-fixtures.ts');
      await teachFixturePorts(cli.terminal, file, parsePositiveNumber(options.from, '--from'));
    });
};

export const addDoctor: AddVerb = (program, cli) => {
  program
    .command('doctor')
    .description('examine this machine as a station, and give a remedy for everything that is wrong')
    .option('--station <name>', 'a station file, whose hubs are asked as well')
    .option('--json', 'one JSON object per check on standard output')
    .action(async (options: { station?: string; json?: boolean }) => runDoctor(cli, options));
};

export const addUdev: AddVerb = (program, cli) => {
  program
    .command('udev')
    .description('print the udev rules that a station needs')
    .action(async () => {
      const { renderUdevRules } = await import('../../../station/setup/udev-rules.ts');
      cli.terminal.writeOut(renderUdevRules());
    });
};

async function printPorts(cli: Cli, station: string | undefined): Promise<void> {
  const { readUsbTree } = await import('../../../equipment/drivers/usb/sysfs-usb.ts');
  const { formatBenchTree, findBenchWarnings } = await import('../../../station/setup/bench-tree.ts');
  const { chooseStation } = await import('../../input/choose-station.ts');
  const fixtures = station === undefined ? [] : chooseStation(station).fixtures;
  const tree = readUsbTree();
  const lines = formatBenchTree(tree, fixtures);
  cli.terminal.writeOut(lines.length === 0 ? 'This machine has no USB.\n' : `${lines.join('\n')}\n`);
  for (const warning of findBenchWarnings(tree, fixtures)) cli.terminal.writeOut(`warning: ${warning}\n`);
}

async function runDoctor(cli: Cli, options: { station?: string; json?: boolean }): Promise<void> {
  const { readMachineFacts } = await import('../../../equipment/drivers/machine-facts.ts');
  const { checkMachine } = await import('../../../station/setup/doctor.ts');
  const { readHubFacts } = await import('./read-hub-facts.ts');
  const { chooseStation } = await import('../../input/choose-station.ts');
  const plan = options.station === undefined ? undefined : chooseStation(options.station);
  const facts = await readMachineFacts(plan?.recordFolder ?? '.');
  const findings = checkMachine(facts, plan ? await readHubFacts(plan) : []);
  for (const finding of findings) {
    if (options.json) cli.terminal.writeOut(`${JSON.stringify(finding)}\n`);
    else {
      cli.terminal.writeOut(`${finding.standing.padEnd(8)} ${finding.what}: ${finding.says}\n`);
      if (finding.remedy !== null) cli.terminal.writeOut(`         remedy: ${finding.remedy}\n`);
    }
  }
  if (findings.some(({ standing }) => standing === 'bad')) cli.exit(exitCodes.station);
}
