// Every verb of the program, in the order in which help lists them.
import type { AddVerb } from '../program.ts';

export const verbs: readonly AddVerb[] = [];
