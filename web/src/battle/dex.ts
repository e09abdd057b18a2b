/** What the page knows of the rules, by generation. Unknown things are undefined, never an error. */
import type { DexTable, MoveRow } from '../../../scripts/page-dex.ts';

export interface MoveFacts {
  readonly type: string;
  readonly category: 'Physical' | 'Special' | 'Status';
  /** 0: none, or not always the same. */
  readonly power: number;
  /** Percent; 0 never misses. */
  readonly accuracy: number;
}

export interface SpeciesFacts {
  readonly types: readonly string[];
  /** HP, Attack, Defense, Sp. Atk, Sp. Def, Speed. */
  readonly stats: readonly number[];
}

const CATEGORIES = { P: 'Physical', S: 'Special', T: 'Status' } as const;
const LAST = 9;

export class GenerationDex {
  readonly #table: DexTable;
  readonly #generation: number;

  constructor(table: DexTable, generation: number) {
    this.#table = table;
    this.#generation = generation;
  }

  /** `name` as the request has it: of a Hidden Power it tells type and power. */
  move(id: string, name = ''): MoveFacts | undefined {
    const { earlier, moves } = this.#table;
    const row: MoveRow | undefined = earlier[this.#generation]?.moves[id] ?? moves[id];
    if (!row) return undefined;
    const [type, category, power, accuracy] = row;
    const [, hiddenType = type, hiddenPower = power] = /^Hidden Power (\w+)(?: (\d+))?$/.exec(name) ?? [];
    return { type: hiddenType, category: CATEGORIES[category as 'P'], power: Number(hiddenPower), accuracy };
  }

  /** By name or id; a forme that is not known is taken for its species. */
  species(name: string): SpeciesFacts | undefined {
    const id = idOf(name);
    const row = this.#table.species[id] ?? this.#table.species[idOf(name.split('-')[0]!)];
    if (!row) return undefined;
    const [types, ...stats] = row;
    const told = this.#table.earlier[this.#generation]?.types[id] ?? types;
    return { types: told.split('/'), stats };
  }

  /** Of an item, an ability or a move of Dynamax by its id; any other text is a name already. */
  nameOf(id: string): string {
    return this.#table.names[id] ?? id;
  }

  /** How much a hit of `attacker` counts against these types: 0 to 4. */
  effectiveness(attacker: string, defenders: readonly string[]): number {
    const row = this.#table.charts[this.#generation]?.[attacker] ?? {};
    return defenders.reduce((factor, type) => factor * (row[type] ?? 1), 1);
  }
}

export function generationOf(format: string): number {
  return Number(/^gen(\d)/.exec(format)?.[1] ?? LAST);
}

export function idOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
