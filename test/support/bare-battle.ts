/**
 * The sim alone, with none of our code around it: what ours is compared with. `BareBattle` drives `Battle` directly,
 * `StreamBattle` goes through Showdown's own streams as its server does.
 */
import { Battle, BattleStreams, type PRNGSeed } from '@pkmn/sim';
import { SIDE_IDS, type SideId } from '../../src/battle/ids.ts';
import type { BattleRequest } from '../../src/battle/request.ts';

export interface BareOpening {
  readonly format: string;
  /** In the sim's notation, such as `sodium,<32 hex digits>`. */
  readonly seed: string;
  readonly names: Readonly<Record<SideId, string>>;
  /** Packed. */
  readonly teams: Readonly<Record<SideId, string>>;
  readonly rated?: boolean;
  /** Shown in the `|player|` lines. */
  readonly elo?: Readonly<Record<SideId, number>>;
  readonly isRated?: boolean;
}

export class BareBattle {
  readonly sim: Battle;
  /** All lines so far, as the sim wrote them: `|split|` and `|t:|` are among them. */
  readonly lines: string[] = [];
  /** Texts of `|error|` lines, in order, with the side that got them. */
  readonly errors: { readonly side: SideId; readonly text: string }[] = [];

  constructor(opening: BareOpening) {
    this.sim = new Battle({
      formatid: opening.format as Battle['format']['id'],
      seed: opening.seed as PRNGSeed,
      rated: opening.isRated ?? false,
      send: (type, data) => {
        this.#take(type, data);
      },
    });
    for (const side of SIDE_IDS) {
      const rating = opening.elo && { rating: opening.elo[side] };
      this.sim.setPlayer(side, { name: opening.names[side], team: opening.teams[side], ...rating });
    }
    this.sim.sendUpdates();
  }

  get ended(): boolean {
    return this.sim.ended;
  }

  /** The winner's name, `''` for a tie, undefined while the battle goes on. */
  get winner(): string | undefined {
    return this.sim.winner;
  }

  /** What this side is asked as a client would read it; null where it has nothing to answer. */
  request(side: SideId): BattleRequest | null {
    const request = this.sim.getSide(side).activeRequest;
    if (!request || request.wait || this.sim.ended) return null;
    return JSON.parse(JSON.stringify(request)) as BattleRequest;
  }

  /** Whether this side has a request and no complete answer to it. */
  owes(side: SideId): boolean {
    return this.request(side) !== null && !this.sim.getSide(side).isChoiceDone();
  }

  /** False when refused; `errors` then says why. Plays the turn when it was the last answer owed. */
  choose(side: SideId, choice: string): boolean {
    const isAccepted = this.sim.choose(side, choice);
    this.sim.sendUpdates();
    return isAccepted;
  }

  #take(type: string, data: string | string[]): void {
    if (type === 'update') for (const line of data) this.lines.push(line);
    if (type !== 'sideupdate') return;
    const [side, line = ''] = (data as string).split(/\n(.*)/s);
    if (line.startsWith('|error|')) this.errors.push({ side: side as SideId, text: line.slice(7) });
  }
}

const CHANNELS = ['omniscient', 'spectator', 'p1', 'p2'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** The same battle through `getPlayerStreams(new BattleStream())`. Choices must be ones that the sim accepts. */
export class StreamBattle {
  readonly #stream = new BattleStreams.BattleStream();
  readonly #streams = BattleStreams.getPlayerStreams(this.#stream);
  readonly #chunks = new Map<ChannelName, string[]>(CHANNELS.map((name) => [name, []]));
  readonly #readers: readonly Promise<void>[];

  constructor({ format, seed, names, teams, rated, elo }: BareOpening) {
    this.#readers = CHANNELS.map((name) => this.#read(name));
    void this.#streams.omniscient.write(`>start ${JSON.stringify({ formatid: format, seed, rated })}`);
    for (const side of SIDE_IDS) {
      const player = JSON.stringify({ name: names[side], team: teams[side], rating: elo?.[side] });
      void this.#streams.omniscient.write(`>player ${side} ${player}`);
    }
  }

  choose(side: SideId, choice: string): void {
    void this.#streams[side].write(choice);
  }

  /** The stream's end of battle for a side that gives up. */
  lose(side: SideId): void {
    void this.#streams.omniscient.write(`>forcelose ${side}`);
  }

  /** Ends the streams and gives each channel's lines; requests and errors are among the players'. */
  async finish(): Promise<ReadonlyMap<ChannelName, readonly string[]>> {
    await this.#stream.writeEnd();
    await Promise.all(this.#readers);
    return new Map(
      CHANNELS.map((name) => [name, this.#chunks.get(name)!.flatMap((text) => text.split('\n'))]),
    );
  }

  async #read(name: ChannelName): Promise<void> {
    for await (const chunk of this.#streams[name]) this.#chunks.get(name)!.push(chunk);
  }
}
