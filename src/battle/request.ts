/** What the sim asks of a side, as clients get it: Showdown's request JSON with `rqid` added. */

export interface RequestMove {
  readonly move: string;
  readonly id: string;
  readonly pp?: number;
  readonly maxpp?: number;
  readonly target?: string;
  readonly disabled?: boolean | string;
}

export interface MaxMoves {
  readonly maxMoves: readonly {
    readonly move: string;
    readonly target: string;
    readonly disabled?: boolean;
  }[];
  readonly gigantamax?: string;
}

export interface ActiveRequest {
  readonly moves: readonly RequestMove[];
  readonly trapped?: boolean;
  readonly maybeTrapped?: boolean;
  readonly maybeDisabled?: boolean;
  readonly maybeLocked?: boolean;
  readonly canMegaEvo?: boolean;
  readonly canMegaEvoX?: boolean;
  readonly canMegaEvoY?: boolean;
  readonly canUltraBurst?: boolean;
  readonly canZMove?: readonly ({ readonly move: string; readonly target: string } | null)[];
  readonly canDynamax?: boolean;
  readonly maxMoves?: MaxMoves;
  readonly canTerastallize?: string;
}

export interface RequestPokemon {
  readonly ident: string;
  readonly details: string;
  /** `123/321`, `123/321 par` or `0 fnt`. */
  readonly condition: string;
  readonly active: boolean;
  readonly moves: readonly string[];
  readonly item: string;
  /** Without boosts and items; HP is in `condition`. */
  readonly stats: Readonly<Record<'atk' | 'def' | 'spa' | 'spd' | 'spe', number>>;
  readonly baseAbility: string;
  readonly ability?: string;
  readonly commanding?: boolean;
  readonly reviving?: boolean;
  readonly teraType?: string;
  readonly terastallized?: string;
}

export interface BattleRequest {
  /** Number of the decision point; a corrected request keeps it. */
  readonly rqid: number;
  readonly wait?: boolean;
  readonly teamPreview?: boolean;
  readonly maxChosenTeamSize?: number;
  readonly forceSwitch?: readonly boolean[];
  /** null for a slot that is empty. */
  readonly active?: readonly (ActiveRequest | null)[];
  readonly noCancel?: boolean;
  /** Corrected after a refusal that revealed something. */
  readonly update?: boolean;
  readonly side: { readonly name: string; readonly id: string; readonly pokemon: readonly RequestPokemon[] };
}
