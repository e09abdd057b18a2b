/** A process of bots, told by its parent how many there are to be. Each second it tells what it has seen. */
import { appendFileSync } from 'node:fs';
import { restedAccounts, signedAccounts, guestAccounts } from '../accounts.ts';
import { silenceSdk } from '../sdk-notices.ts';
import type { Transcript } from '../transcript.ts';
import { Crowd, type Aim, type CrowdOptions } from './crowd.ts';
import type { Tick } from './meter.ts';
import { toldOf, type Told } from './told.ts';

/** What a client process is started with, as JSON. */
export interface ClientOptions extends Pick<CrowdOptions, 'url' | 'formats' | 'thinkMs' | 'seed'> {
  /** To sign the bots' own tokens; without it they are guests. */
  readonly secret: string | undefined;
  /** A file that gets every transcript: a line of battle id, space, JSON. */
  readonly transcripts: string | undefined;
}

export type Order =
  | ({ readonly kind: 'aim' } & Aim)
  /** Connections cut in a second. */
  | { readonly kind: 'reconnects'; readonly perSecond: number }
  | { readonly kind: 'finish' };

export type News =
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'told'; readonly told: Told }
  | { readonly kind: 'failure'; readonly failure: string }
  | { readonly kind: 'finished' };

const TICK_MS = 1_000;

const { secret, transcripts, ...options } = JSON.parse(process.argv[2]!) as ClientOptions;
let dropTimer: NodeJS.Timeout | undefined;

const crowd = new Crowd({
  ...options,
  accounts: secret === undefined ? guestAccounts(options.url) : restedAccounts(signedAccounts(secret)),
  onOver: (transcript) => {
    if (transcripts !== undefined) keep(transcripts, transcript);
    tell({ kind: 'told', told: toldOf(transcript) });
  },
  onFailure: (failure) => tell({ kind: 'failure', failure }),
});

function keep(file: string, transcript: Transcript): void {
  appendFileSync(file, `${transcript.battleId} ${JSON.stringify(transcript)}\n`);
}

function tell(news: News): void {
  if (process.connected) process.send!(news);
}

function tick(): void {
  tell({ kind: 'tick', tick: crowd.meter.take({ live: crowd.live, ...crowd.connections() }) });
}

async function finish(): Promise<void> {
  clearInterval(dropTimer);
  await crowd.finish();
  tick();
  tell({ kind: 'finished' });
}

process.on('message', (order: Order) => {
  if (order.kind === 'aim') crowd.aim(order);
  if (order.kind === 'finish') void finish();
  if (order.kind !== 'reconnects') return;
  clearInterval(dropTimer);
  if (order.perSecond > 0) dropTimer = setInterval(() => crowd.drop(), 1_000 / order.perSecond);
});
// Whoever started us is gone.
process.once('disconnect', () => process.exit());

silenceSdk();
setInterval(tick, TICK_MS);
