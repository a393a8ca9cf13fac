// Events on their way out: stamped with sequence and both clocks, heard by every listener in order, held up by none.
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import type { StationEvent, UnstampedEvent } from '../../domain/events.ts';

export interface EventStream {
  emit(event: UnstampedEvent): void;
  /** The returned function ends it. */
  subscribe(listener: (event: StationEvent) => void): () => void;
}

/**
 * A line of events. A listener that throws is dropped and reported through `onBroken`, at most once each; it never
 * reaches the emitter. An event emitted by a listener is heard by all after the one that caused it.
 */
export function createEventStream(clock: Clock, onBroken: (error: unknown) => void): EventStream {
  const listeners = new Set<(event: StationEvent) => void>();
  const waiting: StationEvent[] = [];
  let sequence = 0;
  let busy = false;
  const hear = (listener: (event: StationEvent) => void, event: StationEvent): void => {
    try {
      listener(event);
    } catch (error) {
      listeners.delete(listener);
      onBroken(error);
    }
  };
  return {
    emit: (event) => {
      sequence += 1;
      waiting.push({
        ...event,
        sequence,
        at: formatIsoMoment(clock.readWallMs()),
        atMs: clock.readMonotonicMs(),
      } as StationEvent);
      if (busy) return;
      busy = true;
      for (let next = waiting.shift(); next; next = waiting.shift())
        for (const each of [...listeners]) hear(each, next);
      busy = false;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
