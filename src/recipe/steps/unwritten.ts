// What a kind of step does until its deed is written: it stops the run as the station's own trouble.
import { StationError } from '../../base/station-error.ts';

/** Throws StationError `step/not-written`. */
export function unwritten(): Promise<never> {
  return Promise.reject(
    new StationError({
      code: 'step/not-written',
      message: 'this kind of step cannot be run yet',
      hint: 'leave the step out',
    }),
  );
}
