/** What the server tells over HTTP, as far as the page shows it. */
export interface Format {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly gameType: 'singles' | 'doubles';
  readonly teamRequired: boolean;
  readonly teamPreview: boolean;
  readonly rated: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total?: number;
}

export interface LadderRow {
  readonly rank: number;
  readonly user: { readonly id: string; readonly name: string };
  readonly elo: number;
  readonly gxe: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

export interface LiveBattle {
  readonly battleId: string;
  readonly format: string;
  readonly players: Readonly<Record<'p1' | 'p2', { readonly name: string; readonly elo: number }>>;
  readonly turn: number;
  readonly spectators: number;
}

export interface PastBattle {
  readonly battleId: string;
  readonly format: string;
  readonly opponent: { readonly id: string; readonly name: string };
  readonly result: 'win' | 'loss' | 'tie' | 'void';
  readonly reason: string;
  readonly ratingChange?: { readonly elo: readonly [number, number] } | null;
  readonly turns: number;
  readonly endedAt: number;
}
