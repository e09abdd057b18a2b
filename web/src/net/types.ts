/** What the server tells over HTTP that the client package has no words for. */
export interface PastBattle {
  readonly battleId: string;
  readonly format: string;
  readonly opponent: { readonly id: string; readonly name: string };
  readonly result: 'win' | 'loss' | 'tie' | 'void';
  readonly ratingChange?: { readonly elo: readonly [before: number, after: number] } | null;
  readonly turns: number;
}
