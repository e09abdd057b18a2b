/** The names of things: plain strings, branded so that one cannot stand in for another. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Also the Colyseus room id: letters, digits, `-` and `_` only. */
export type BattleId = Branded<'BattleId'>;
/** The `sub` of the user's token: 1–128 printable ASCII characters. */
export type UserId = Branded<'UserId'>;
/** Whoever knows it may accept an open challenge: unguessable. */
export type ChallengeId = Branded<'ChallengeId'>;
/** A Showdown format id, such as `gen9ou`. */
export type FormatId = Branded<'FormatId'>;
/** A team in Showdown's packed format that passed the validator. */
export type PackedTeam = Branded<'PackedTeam'>;

export const SIDE_IDS = ['p1', 'p2'] as const;
/** A side of the battle, by the sim's name for it. */
export type SideId = (typeof SIDE_IDS)[number];

/** The other side of a two-player battle. */
export function foeOf(side: SideId): SideId {
  return side === 'p1' ? 'p2' : 'p1';
}
