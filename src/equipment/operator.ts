// The contract of the person at the station: questions with choices and a time limit, one fixture never waiting for another's.

export interface OperatorQuestion {
  readonly fixture: number;
  readonly text: string;
  /** Empty for free text. */
  readonly choices: readonly string[];
  /** Those of the choices with which the step passes; whatever is not among them is confirmed before it counts. */
  readonly passing?: readonly string[];
  readonly timeoutMs: number | null;
}

export interface OperatorAnswer {
  /** Undefined when nobody answered in time. */
  readonly answer: string | undefined;
  readonly operator: string | null;
}

export interface Operator {
  /** Asks and waits; rejects with the signal's reason when it aborts. */
  ask(question: OperatorQuestion, signal: AbortSignal): Promise<OperatorAnswer>;
}
