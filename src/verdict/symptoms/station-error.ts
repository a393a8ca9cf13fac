// Symptoms of the station itself: its permissions, its ports, its disk. They never speak of a unit.
import type { ErrorRecord } from '../../domain/run/run.ts';
import type { Symptom } from './symptom.ts';

interface StationErrorPattern {
  readonly code: RegExp;
  readonly id: string;
  readonly operator: string;
  readonly engineer: string;
}

const stationErrorPatterns: readonly StationErrorPattern[] = [
  {
    code: /no-access|permission|denied/,
    id: 'G1',
    operator: 'The station may not use its port.',
    engineer:
      'The system refuses access (G1, G37, G43): install the rules that `flashline udev` prints for the recipes in use, then plug in again. On Windows the WinUSB driver is missing (G2, G3); bootloaders from 0.6.0 ask for it by themselves.',
  },
  {
    code: /busy|locked|in-use/,
    id: 'G35',
    operator: 'Another program holds the station’s port.',
    engineer:
      'A serial monitor, an IDE, ModemManager (G36) or a second copy of this program has the port. Close it; ports are opened exclusively.',
  },
  {
    code: /space|full|disk|record|read-only/,
    id: 'P16',
    operator: 'The station cannot record.',
    engineer: 'The disk is full, read-only or failing. No unit is run while nothing can be recorded.',
  },
  {
    code: /baud|speed/,
    id: 'G39',
    operator: 'The station cannot set the serial speed it needs.',
    engineer:
      '14400 and 28800 Bd are set by SET_LINE_CODING; a driver that only knows standard speeds refuses. Use the driver’s custom speed.',
  },
  {
    code: /(?:)/,
    id: 'P17',
    operator: 'The station has trouble of its own.',
    engineer: 'The run ended by an error of the station, not of the unit. Follow the hint; the unit is run again.',
  },
];

/** The row for a station's error, by its code. */
export function findStationSymptom(error: ErrorRecord | null): Symptom {
  const { id, operator, engineer } = stationErrorPatterns.find(({ code }) => code.test(error?.code ?? ''))!;
  return { id, class: 'F12', operator, engineer, suspects: ['station'] };
}
