// Teaching a station: each unit that is plugged in makes its port the next fixture, until Enter or Ctrl-C ends it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemClock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import { createNodeUsbBus } from '../../../equipment/drivers/usb/node-usb.ts';
import { hasSysfsUsb } from '../../../equipment/drivers/usb/sysfs-usb.ts';
import { createStationText, type FixtureBinding, teachFixtures } from '../../../station/setup/teach-station.ts';
import type { Terminal } from '../../output/terminal.ts';

/** Binds fixtures from `first` on, and writes the file. Throws StationError `teach/no-usb`, `station/not-yaml`. */
export async function teachFixturePorts(terminal: Terminal, file: string, first: number): Promise<void> {
  if (!hasSysfsUsb()) {
    throw new StationError({
      code: 'teach/no-usb',
      message: 'this machine has no USB ports to bind fixtures to',
      hint: 'Run this on the machine that the fixtures hang on.',
    });
  }
  const before = existsSync(file) ? readFileSync(file, 'utf8') : createStationText(deriveStationName());
  const taught = await collectPluggedFixtures(terminal, first);
  if (taught.length === 0) {
    terminal.writeOut('no unit was plugged in; nothing was written\n');
    return;
  }
  writeFileSync(file, teachFixtures(before, taught));
  const fixtures = taught.length === 1 ? '1 fixture' : `${taught.length} fixtures`;
  terminal.writeOut(`${fixtures} written to ${file}; \`flashline ports --station ${file}\` shows them\n`);
}

async function collectPluggedFixtures(terminal: Terminal, first: number): Promise<readonly FixtureBinding[]> {
  const usb = createNodeUsbBus(systemClock);
  const taught: FixtureBinding[] = [];
  const ask = (): void =>
    terminal.writeOut(`plug a unit into fixture ${first + taught.length}, or press Enter when all are done\n`);
  ask();
  usb.watch((event) => {
    if (event.type !== 'attached') return;
    const { portPath } = event.device;
    // A unit that comes back in another mode is the same fixture.
    if (taught.some((known) => known.portPath === portPath)) return;
    taught.push({ number: first + taught.length, portPath });
    terminal.writeOut(`fixture ${taught.at(-1)!.number} is port ${portPath}\n`);
    ask();
  });
  await waitForEnter();
  await usb.close();
  return taught;
}

/** A line on standard input, its end, or Ctrl-C. */
async function waitForEnter(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.stdin.once('data', () => resolve()).once('end', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  process.stdin.pause();
}

/** The machine's name, as far as a station may be called so. */
function deriveStationName(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-') || 'station'
  );
}
