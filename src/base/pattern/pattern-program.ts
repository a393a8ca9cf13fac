// A pattern's tree written out as a program: characters to take, places to fork at, groups to mark.
import { PatternError, type PatternNode } from './pattern-syntax.ts';

/** Instructions a pattern may compile to; counted repetitions are written out. */
const MAX_PROGRAM_LENGTH = 600;

export type Instruction =
  | { readonly op: 'set'; readonly has: (codePoint: number) => boolean }
  | { readonly op: 'assert'; readonly at: 'start' | 'end' | 'word-edge' | 'no-word-edge' }
  | { readonly op: 'save'; readonly slot: number }
  /** Forgets what the groups caught in the round before. */
  | { readonly op: 'forget'; readonly slots: readonly number[] }
  /** Goes on at the first place, and at the second should that fail. */
  | { readonly op: 'fork'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'match' };

/** The program; slots 2n and 2n+1 are start and end of group n, group 0 being the whole. Throws PatternError when too long. */
export function assemble(root: PatternNode): readonly Instruction[] {
  return new Assembler().assemble(root);
}

class Assembler {
  readonly #program: Instruction[] = [];

  assemble(root: PatternNode): readonly Instruction[] {
    this.#group(0, root);
    this.#push({ op: 'match' });
    return this.#program;
  }

  get #end(): number {
    return this.#program.length;
  }

  #push(instruction: Instruction): void {
    if (this.#end >= MAX_PROGRAM_LENGTH) {
      throw new PatternError(
        `the pattern has more than ${MAX_PROGRAM_LENGTH} parts when its counts are written out`,
        0,
      );
    }
    this.#program.push(instruction);
  }

  /** Leaves room for an instruction that is known only later; the returned function puts it there. */
  #reserve(): (instruction: Instruction) => void {
    const place = this.#end;
    this.#push({ op: 'match' });
    return (instruction) => {
      this.#program[place] = instruction;
    };
  }

  #node(node: PatternNode): void {
    if (node.type === 'set') this.#push({ op: 'set', has: node.has });
    else if (node.type === 'assert') this.#push({ op: 'assert', at: node.at });
    else if (node.type === 'sequence') for (const item of node.items) this.#node(item);
    else if (node.type === 'group') this.#group(node.number, node.item);
    else if (node.type === 'choice') this.#choice(node.options);
    else this.#repeat(node);
  }

  #group(number: number, item: PatternNode): void {
    this.#push({ op: 'save', slot: 2 * number });
    this.#node(item);
    this.#push({ op: 'save', slot: 2 * number + 1 });
  }

  #choice(options: readonly PatternNode[]): void {
    const exits: ((instruction: Instruction) => void)[] = [];
    for (const option of options.slice(0, -1)) {
      const fork = this.#reserve();
      const first = this.#end;
      this.#node(option);
      exits.push(this.#reserve());
      fork({ op: 'fork', first, second: this.#end });
    }
    this.#node(options.at(-1)!);
    for (const exit of exits) exit({ op: 'jump', to: this.#end });
  }

  #repeat({ item, least, most, lazy }: PatternNode & { readonly type: 'repeat' }): void {
    const slots = slotsIn(item);
    const round = (): void => {
      if (slots.length > 0) this.#push({ op: 'forget', slots });
      this.#node(item);
    };
    const forkTo = (inside: number, outside: number): Instruction =>
      lazy ? { op: 'fork', first: outside, second: inside } : { op: 'fork', first: inside, second: outside };

    for (let count = 0; count < least; count += 1) round();
    if (most === Infinity) {
      const start = this.#end;
      const fork = this.#reserve();
      round();
      this.#push({ op: 'jump', to: start });
      fork(forkTo(start + 1, this.#end));
      return;
    }
    const forks: { readonly inside: number; readonly fill: (instruction: Instruction) => void }[] = [];
    for (let count = least; count < most; count += 1) {
      const fill = this.#reserve();
      forks.push({ inside: this.#end, fill });
      round();
    }
    for (const { inside, fill } of forks) fill(forkTo(inside, this.#end));
  }
}

/** The slots of all groups within. */
function slotsIn(node: PatternNode): readonly number[] {
  switch (node.type) {
    case 'group':
      return [2 * node.number, 2 * node.number + 1, ...slotsIn(node.item)];
    case 'sequence':
      return node.items.flatMap(slotsIn);
    case 'choice':
      return node.options.flatMap(slotsIn);
    case 'repeat':
      return slotsIn(node.item);
    default:
      return [];
  }
}
