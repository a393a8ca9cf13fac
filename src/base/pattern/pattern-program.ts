// A pattern's tree written out as a program: characters to take, places to fork at, groups to mark.
import { PatternError, type PatternNode } from './pattern-syntax.ts';

/** Instructions a pattern may compile to; counted repetitions are written out. */
const MAX_PROGRAM_LENGTH = 600;

export type PatternInstruction =
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
export function assemblePattern(root: PatternNode): readonly PatternInstruction[] {
  return new PatternAssembler().assemble(root);
}

class PatternAssembler {
  readonly #program: PatternInstruction[] = [];

  assemble(root: PatternNode): readonly PatternInstruction[] {
    this.#emitGroup(0, root);
    this.#pushInstruction({ op: 'match' });
    return this.#program;
  }

  get #end(): number {
    return this.#program.length;
  }

  #pushInstruction(instruction: PatternInstruction): void {
    if (this.#end >= MAX_PROGRAM_LENGTH) {
      throw new PatternError(
        `the pattern has more than ${MAX_PROGRAM_LENGTH} parts when its counts are written out`,
        0,
      );
    }
    this.#program.push(instruction);
  }

  /** Leaves room for an instruction that is known only later; the returned function puts it there. */
  #reserveInstruction(): (instruction: PatternInstruction) => void {
    const place = this.#end;
    this.#pushInstruction({ op: 'match' });
    return (instruction) => {
      this.#program[place] = instruction;
    };
  }

  #emitNode(node: PatternNode): void {
    if (node.type === 'set') this.#pushInstruction({ op: 'set', has: node.has });
    else if (node.type === 'assert') this.#pushInstruction({ op: 'assert', at: node.at });
    else if (node.type === 'sequence') for (const item of node.items) this.#emitNode(item);
    else if (node.type === 'group') this.#emitGroup(node.number, node.item);
    else if (node.type === 'choice') this.#emitChoice(node.options);
    else this.#emitRepeat(node);
  }

  #emitGroup(number: number, item: PatternNode): void {
    this.#pushInstruction({ op: 'save', slot: 2 * number });
    this.#emitNode(item);
    this.#pushInstruction({ op: 'save', slot: 2 * number + 1 });
  }

  #emitChoice(options: readonly PatternNode[]): void {
    const exits: ((instruction: PatternInstruction) => void)[] = [];
    for (const option of options.slice(0, -1)) {
      const fork = this.#reserveInstruction();
      const first = this.#end;
      this.#emitNode(option);
      exits.push(this.#reserveInstruction());
      fork({ op: 'fork', first, second: this.#end });
    }
    this.#emitNode(options.at(-1)!);
    for (const exit of exits) exit({ op: 'jump', to: this.#end });
  }

  #emitRepeat({ item, least, most, lazy }: PatternNode & { readonly type: 'repeat' }): void {
    const slots = listGroupSlots(item);
    const round = (): void => {
      if (slots.length > 0) this.#pushInstruction({ op: 'forget', slots });
      this.#emitNode(item);
    };
    const forkTo = (inside: number, outside: number): PatternInstruction =>
      lazy ? { op: 'fork', first: outside, second: inside } : { op: 'fork', first: inside, second: outside };

    for (let count = 0; count < least; count += 1) round();
    if (most === Infinity) {
      const start = this.#end;
      const fork = this.#reserveInstruction();
      round();
      this.#pushInstruction({ op: 'jump', to: start });
      fork(forkTo(start + 1, this.#end));
      return;
    }
    const forks: { readonly inside: number; readonly fill: (instruction: PatternInstruction) => void }[] = [];
    for (let count = least; count < most; count += 1) {
      const fill = this.#reserveInstruction();
      forks.push({ inside: this.#end, fill });
      round();
    }
    for (const { inside, fill } of forks) fill(forkTo(inside, this.#end));
  }
}

/** The slots of all groups within. */
function listGroupSlots(node: PatternNode): readonly number[] {
  switch (node.type) {
    case 'group':
      return [2 * node.number, 2 * node.number + 1, ...listGroupSlots(node.item)];
    case 'sequence':
      return node.items.flatMap(listGroupSlots);
    case 'choice':
      return node.options.flatMap(listGroupSlots);
    case 'repeat':
      return listGroupSlots(node.item);
    default:
      return [];
  }
}
