// Which fixture a device hangs on: by the place of its port in the USB tree, never by a serial number.
import type { PortPath } from '../equipment/usb.ts';
import type { FixturePlace } from './contracts.ts';

/** The fixture at this port path, or undefined for a port that the station file does not name. */
export function fixtureAt(fixtures: readonly FixturePlace[], portPath: PortPath): FixturePlace | undefined {
  return fixtures.find((fixture) => fixture.portPath === portPath);
}
