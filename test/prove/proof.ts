/** What a proof is: a claim that a run can break, at the size that gives it weight. */
export type Figures = Readonly<Record<string, unknown>>;

export interface Proof {
  /** One sentence: what holds if this passes. */
  readonly claim: string;
  readonly seed: number;
  /** Throws when the claim does not hold. The answer goes into docs/proofs. `report` shows a line of progress. */
  run(seed: number, report: (line: string) => void): Promise<Figures>;
}
