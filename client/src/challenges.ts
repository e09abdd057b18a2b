/**
 * A user's challenges, those to them, and what else the server has to tell them. What a lost connection has swallowed is
 * found out over the next one.
 */
import type { Client, Room } from '@colyseus/sdk';
import type { Battle, BattleOptions } from './battle.ts';
import { ChallengeBook, type OpenChallenges, type ReceivedChallenge, type SentChallenge } from './challenge-book.ts'; // prettier-ignore
import { Emitter } from './emitter.ts';
import { closed, EndureError, isPassing, toEndureError } from './errors.ts';
import type { Http } from './http.ts';
import { backOffMs, Pauses } from './pauses.ts';
import type { ChallengeEnd, MatchmakingEvents, MatchmakingPayload, Notification, Seat } from './protocol.ts';
import type { Me } from './resources.ts';
import { listening, RoomLink, type ConnectionStatus } from './room-link.ts';

export interface ChallengesEventMap {
  /** Mine is open, in whichever of my windows it was sent. */
  sent: SentChallenge;
  received: ReceivedChallenge;
  /** `unknown`: it ended while the connection was lost. */
  closed: { readonly challengeId: string; readonly reason: ChallengeEnd | 'unknown' };
  /** The battle of a challenge that was sent by me or accepted here. */
  matched: Battle;
  notification: Notification;
  /** There was no getting into such a battle, or there will be nothing more to hear. */
  error: EndureError;
  connection: ConnectionStatus;
}

export interface ChallengesOptions {
  readonly sdk: Client;
  readonly http: Http;
  /** Gets into a battle. */
  readonly enter: (battle: Pick<BattleOptions, 'id' | 'seat'>) => Promise<Battle>;
  readonly closed: (challenges: Challenges) => void;
}

/** A challenge that is being accepted here. */
interface Acceptance {
  readonly challengeId: string;
  readonly resolve: (battle: Battle) => void;
  readonly reject: (error: EndureError) => void;
}

export class Challenges extends Emitter<ChallengesEventMap> {
  readonly #options: ChallengesOptions;
  readonly #link: RoomLink;
  readonly #book = new ChallengeBook();
  readonly #pauses = new Pauses();
  /** How often the connection was lost. */
  #losses = 0;
  #acceptance: Acceptance | null = null;
  /** The next match is that of a challenge: another one is of no concern here. */
  #isAwaiting = false;
  /** Questions under way whether there is such a battle. */
  #looks = 0;
  #isEntering = false;

  constructor(options: ChallengesOptions) {
    super();
    this.#options = options;
    this.#link = new RoomLink({
      sdk: options.sdk,
      keepsSeat: false,
      reserve: () => options.http.seat('joinOrCreate', 'matchmaking', {}),
      attach: (room) => this.#attach(room),
      changed: (status) => {
        if (status === 'reconnecting') this.#losses++;
        this.emit('connection', status);
      },
      lost: (error) => this.#fail(error),
    });
  }

  /** Mine that is open. */
  get sent(): SentChallenge | null {
    return this.#book.sent;
  }

  /** Those to me that are open. */
  get received(): readonly ReceivedChallenge[] {
    return this.#book.received;
  }

  get connection(): ConnectionStatus {
    return this.#link.status;
  }

  /** To the user `to`, or without it to whoever has the id. It is open for as long as this is, at most for 5 minutes. */
  async send(
    format: string,
    options: { readonly teamId?: string; readonly to?: string } = {},
  ): Promise<SentChallenge> {
    const losses = this.#losses;
    const payload: MatchmakingPayload<'CHALLENGE'> = { format, ...options };
    try {
      return this.#sent((await this.#link.ask('CHALLENGE', payload)) as SentChallenge);
    } catch (error) {
      const coded = toEndureError(error);
      if (coded.code !== 'ALREADY_CHALLENGING' || losses === this.#losses) throw coded;
      // The answer was lost with its connection, so the one that is open may be this one.
      const { sent } = await this.#open();
      if (sent?.format !== format || sent.to !== options.to) throw coded;
      return this.#sent(sent);
    }
  }

  /** Takes mine back. Where somebody has accepted it already the battle comes. */
  async cancel(): Promise<void> {
    await unlessOver(this.#link.ask('CHALLENGE_CANCEL', {}));
  }

  /** Resolves with the battle. */
  async accept(challengeId: string, teamId?: string): Promise<Battle> {
    const losses = this.#losses;
    const payload: MatchmakingPayload<'CHALLENGE_ACCEPT'> = { challengeId, ...(teamId !== undefined && { teamId }) }; // prettier-ignore
    this.#acceptance?.reject(closed());
    const battle = new Promise<Battle>((resolve, reject) => {
      this.#acceptance = { challengeId, resolve, reject };
    });
    this.#link.ask('CHALLENGE_ACCEPT', payload).catch(async (error: unknown) => {
      // Where the answer was lost with its connection, it was perhaps the answer that it is accepted.
      if (losses === this.#losses || !(await this.#look())) this.#refuse(toEndureError(error));
    });
    return battle;
  }

  async decline(challengeId: string): Promise<void> {
    const payload: MatchmakingPayload<'CHALLENGE_DECLINE'> = { challengeId };
    await unlessOver(this.#link.ask('CHALLENGE_DECLINE', payload));
  }

  /** Nothing more is heard. My open challenge ends, unless I am connected elsewhere too. */
  close(): void {
    this.#pauses.close();
    this.#link.close();
    this.#refuse(closed());
    this.#options.closed(this);
  }

  #attach(room: Room): void {
    const on = listening<MatchmakingEvents>(room);
    on('CHALLENGE_SENT', (challenge) => this.#sent(challenge));
    on('CHALLENGE_RECEIVED', (challenge) => this.#received(challenge));
    on('CHALLENGE_CLOSED', ({ challengeId, reason }) => this.#closed(challengeId, reason));
    on('MATCH_FOUND', ({ battleId, seat }) => void this.#enter(battleId, seat));
    on('NOTIFICATION', (notification) => this.emit('notification', notification));
    // What is asked is answered; this comes unasked, where no seat could be had.
    on('ERROR', ({ code, details }) => {
      if (code === 'ALREADY_IN_BATTLE') void this.#enter(String(details?.['battleId']));
    });
    void this.#catchUp();
  }

  #sent(challenge: SentChallenge): SentChallenge {
    if (this.#book.send(challenge)) this.emit('sent', challenge);
    return challenge;
  }

  #received(challenge: ReceivedChallenge): void {
    if (this.#book.receive(challenge)) this.emit('received', challenge);
  }

  #closed(challengeId: string, reason: ChallengeEnd): void {
    const isAccepting = this.#acceptance?.challengeId === challengeId;
    if (reason === 'accepted')
      this.#isAwaiting ||= isAccepting || this.#book.sent?.challengeId === challengeId;
    else if (isAccepting) this.#refuse(ended());
    if (reason === 'busy') this.#isAwaiting = false;
    this.#over(challengeId, reason);
  }

  #over(challengeId: string, reason: ChallengeEnd | 'unknown'): void {
    if (this.#book.end(challengeId)) this.emit('closed', { challengeId, reason });
  }

  /** What has ended or was accepted while no connection told it. Never rejects. */
  async #catchUp(): Promise<void> {
    const losses = this.#losses;
    this.#book.begin();
    const open = await this.#open().catch(() => null);
    if (!open || losses !== this.#losses) return;
    if (open.sent) this.#sent(open.sent);
    for (const challenge of open.received) this.#received(challenge);
    const missed = this.#book.missed(open);
    const mine = [this.#book.sent?.challengeId, this.#acceptance?.challengeId];
    const mayPlay = this.#isAwaiting || this.#acceptance || missed.some((id) => mine.includes(id));
    const isPlaying = mayPlay && (await this.#look());
    if (losses !== this.#losses) return;
    for (const id of missed) this.#over(id, isPlaying && mine.includes(id) ? 'accepted' : 'unknown');
  }

  /** Whether the user is in a battle, or one is being opened; then it is entered. Never rejects. */
  async #look(): Promise<boolean> {
    // The match may be told while we ask.
    this.#looks++;
    const me = await this.#persistently(() => this.#options.http.json<Me>('GET', '/me')).catch(() => null);
    const isPlaying = me?.battleId !== undefined;
    const isOpening = !isPlaying && me?.queue?.position === 0;
    if (isPlaying) await this.#enter(me.battleId);
    else if (isOpening) this.#isAwaiting = true;
    this.#looks--;
    return isPlaying || isOpening;
  }

  #open(): Promise<OpenChallenges> {
    return this.#persistently(() => this.#options.http.json('GET', '/me/challenges'));
  }

  async #persistently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        const coded = toEndureError(error);
        if (!isPassing(coded)) throw coded;
        await this.#pauses.sleep(coded.retryAfterMs ?? backOffMs(attempt));
      }
    }
  }

  async #enter(id: string, seat?: Seat): Promise<void> {
    if ((!this.#isAwaiting && this.#looks === 0) || this.#isEntering) return;
    this.#isEntering = true;
    try {
      const battle = await this.#options.enter({ id, ...(seat && { seat }) });
      this.#acceptance?.resolve(battle);
      this.#acceptance = null;
      this.emit('matched', battle);
    } catch (error) {
      this.#fail(toEndureError(error));
    } finally {
      this.#isAwaiting = this.#isEntering = false;
    }
  }

  #fail(error: EndureError): void {
    this.#refuse(error);
    this.emit('error', error);
  }

  #refuse(error: EndureError): void {
    this.#acceptance?.reject(error);
    this.#acceptance = null;
  }
}

function ended(): EndureError {
  const message = 'Nothing came of this challenge.';
  return new EndureError({ code: 'CHALLENGE_NOT_FOUND', message, recoverable: false });
}

/** What is over needs no ending. */
async function unlessOver(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const coded = toEndureError(error);
    if (coded.code !== 'CHALLENGE_NOT_FOUND') throw coded;
  }
}
