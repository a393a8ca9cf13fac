// Pieces of a file as text that two readers must agree on: memory, address and bytes, joined where they touch.

/** Memory (`-` where the format names none), address, bytes in hex. */
export type Piece = readonly [memory: string, address: number, hex: string];

/** One line a run: touching pieces of one memory are joined, whatever order they came in. */
export function formatPieces(pieces: readonly Piece[]): readonly string[] {
  const sorted = pieces
    .filter(([, , hex]) => hex.length > 0)
    .toSorted((left, right) => left[0].localeCompare(right[0]) || left[1] - right[1]);
  const runs: { memory: string; address: number; hex: string }[] = [];
  for (const [memory, address, hex] of sorted) {
    const run = runs.at(-1);
    if (run?.memory === memory && run.address + run.hex.length / 2 === address) run.hex += hex;
    else runs.push({ memory, address, hex });
  }
  return runs.map(({ memory, address, hex }) => `${memory} ${address.toString(16)} ${hex}`);
}
