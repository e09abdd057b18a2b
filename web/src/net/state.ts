/** The part of a battle's state that the page reads; the rest it knows from the lines. */
export interface StateView {
  readonly turn: number;
  readonly phase: string;
  readonly spectators: number;
  readonly sides: { get(side: string): SideView | undefined };
}

export interface SideView {
  readonly userId: string;
  readonly name: string;
  readonly elo: number;
  readonly connected: boolean;
  readonly latencyMs: number;
  readonly connection: string;
  readonly hasChosen: boolean;
  /** Of the server's clock, in milliseconds; 0 is none. */
  readonly deadlineAt: number;
  readonly reconnectByAt: number;
}
