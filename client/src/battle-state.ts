/** The state of a battle room: public facts, the same for everybody. As a reader sees it; the schema is the server's. */

export interface PokemonState {
  /** Empty until it has appeared. */
  readonly ident: string;
  readonly species: string;
  readonly level: number;
  readonly gender: string;
  readonly shiny: boolean;
  /** Whole, 0–100. */
  readonly hpPercent: number;
  /** Empty or `brn`, `par`, `psn`, `tox`, `slp`, `frz`. */
  readonly status: string;
  readonly fainted: boolean;
  readonly active: boolean;
  readonly boosts: MapState<number>;
  /** These three are empty until shown. */
  readonly teraType: string;
  readonly item: string;
  readonly ability: string;
}

/** Times are milliseconds since the epoch by the server's clock, 0 for none. */
export interface SideState {
  readonly userId: string;
  readonly name: string;
  readonly elo: number;
  readonly connected: boolean;
  /** 0: not known. */
  readonly latencyMs: number;
  /** `excellent`, `good`, `fair`, `poor`, `disconnected`, or empty for not known. */
  readonly connection: string;
  readonly hasChosen: boolean;
  readonly deadlineAt: number;
  readonly reconnectByAt: number;
  readonly teamSize: number;
  /** Layers by id. */
  readonly sideConditions: MapState<number>;
  readonly team: ListState<PokemonState>;
}

export interface BattleState {
  readonly battleId: string;
  readonly format: string;
  readonly gameType: string;
  /** `teamPreview`, `turn` or `ended`. */
  readonly phase: string;
  readonly turn: number;
  readonly startedAt: number;
  readonly weather: string;
  readonly terrain: string;
  readonly pseudoWeather: ListState<string>;
  /** User id, or empty. */
  readonly winner: string;
  readonly endReason: string;
  readonly spectators: number;
  /** By `p1` and `p2`. */
  readonly sides: MapState<SideState>;
}

export interface MapState<Value> extends Iterable<[string, Value]> {
  readonly size: number;
  get(key: string): Value | undefined;
  has(key: string): boolean;
  keys(): Iterable<string>;
  values(): Iterable<Value>;
}

export interface ListState<Value> extends Iterable<Value> {
  readonly length: number;
  at(index: number): Value | undefined;
}
