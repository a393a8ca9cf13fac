// Serial bytes on their way from a port to whoever listens; what comes before anybody does is kept for the first.

/** Chunks kept for a listener that has not come yet. */
const MAX_EARLY_CHUNKS = 4096;

/** What `SerialConnection.onData` promises, the same for every body of that contract. */
export class ChunkEmitter {
  readonly #listeners = new Set<(chunk: Uint8Array) => void>();
  readonly #early: Uint8Array[] = [];

  emit(chunk: Uint8Array): void {
    if (this.#listeners.size === 0 && this.#early.length < MAX_EARLY_CHUNKS) this.#early.push(chunk);
    for (const listener of [...this.#listeners]) listener(chunk);
  }

  /** The returned function ends it. */
  listen(listener: (chunk: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    for (const chunk of this.#early.splice(0)) listener(chunk);
    return () => this.#listeners.delete(listener);
  }
}
