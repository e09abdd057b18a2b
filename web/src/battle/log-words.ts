/**
 * The lines of a battle in words, as Showdown's players know them, through `@pkmn/view`. It must see each line before the
 * facts do: what was lost follows from what there was.
 */
import { Protocol } from '@pkmn/protocol';
import { LogFormatter, type Tracker } from '@pkmn/view';
import type { SideId } from '../../../src/battle/ids.ts';
import type { PublicFacts } from '../../../src/battle/public-facts.ts';

export interface LogEntry {
  readonly kind: 'turn' | 'major' | 'minor';
  readonly text: string;
}

/** Lines that are for machines, or that the page shows elsewhere. */
const SILENT: ReadonlySet<string> = new Set(['player', 'teamsize', 'gametype', 'gen', 'tier', 'rated', 'upkeep', 'clearpoke', 'poke', 'teampreview', 'rule', 'raw', 'html', 'uhtml', 'uhtmlchange', 'split', 'debug', 'inactive', 'inactiveoff', 'j', 'l', 'n', 'c', 'request', 't:', '']); // prettier-ignore

export class LogWords {
  readonly #formatter: LogFormatter;

  constructor(side: SideId | null, facts: PublicFacts) {
    this.#formatter = new LogFormatter(side ?? undefined, trackerOf(facts));
  }

  /** Of one line; none for what needs no words or is not understood. */
  of(line: string): LogEntry[] {
    const kind = line.split('|', 2)[1] ?? '';
    if (kind === 'turn') return this.#turn(line);
    const text = this.#text(line);
    if (SILENT.has(kind)) return [];
    return text
      .split('\n')
      .map((part) =>
        part
          .replaceAll('**', '')
          .trim()
          .replace(/^\((.*)\)$/, '$1'),
      )
      .filter((part) => part !== '')
      .map((part) => ({ kind: kind.startsWith('-') ? 'minor' : 'major', text: part }));
  }

  #turn(line: string): LogEntry[] {
    this.#text(line);
    return [{ kind: 'turn', text: `Turn ${line.split('|')[2]}` }];
  }

  /** A formatter that stumbles over one line must not hold up the battle. */
  #text(line: string): string {
    try {
      const { args, kwArgs } = Protocol.parseBattleLine(line);
      return this.#formatter.formatText(args, kwArgs);
    } catch {
      return '';
    }
  }
}

function trackerOf(facts: PublicFacts): Tracker {
  const find = (ident: string) => facts.sides[ident.slice(0, 2) as SideId]?.find(ident);
  const tracker = {
    pokemonAt: (side: SideId, slot: number) => facts.sides[side]?.slots[slot]?.ident,
    damagePercentage: (ident: string, health: string) => {
      const before = find(ident)?.hpPercent;
      const [now = 0, most = 100] = (health.split(' ')[0] ?? '').split('/').map(Number);
      if (before === undefined) return undefined;
      return `${Math.abs(before - (now === 0 ? 0 : Math.min(100, Math.ceil((100 * now) / most))))}%`;
    },
    currentWeather: () => facts.weather || undefined,
    getSwitchedOutPokemon: () => undefined,
    getPokemonTypeList: () => undefined,
    getPokemonSpeciesForme: (ident: string) => find(ident)?.species,
  };
  return tracker as Tracker;
}
