/** Starts the page. Every page but the first is loaded when somebody goes there. */
import './styles/home.css';
import type { BotKind } from '../../client/src/endure.ts';
import { ChallengeDesk } from './challenges/challenge-desk.ts';
import { Tray } from './challenges/tray.ts';
import { HomePage } from './home/home-page.ts';
import { Session } from './net/session.ts';
import { readingPage } from './pages.ts';
import { h, render } from './render.ts';
import { Router, type View } from './router.ts';

const root = document.getElementById('page')!;

const session = new Session();
const go = (address: string): void => router.go(address);
const desk = new ChallengeDesk(session, go);
const tray = new Tray(document.getElementById('tray')!, desk, go);

async function open(path: string, query: URLSearchParams): Promise<View | null> {
  tray.at(path);
  const reading = readingPage(path);
  if (reading) return loaded(() => reading(root, { account: session.account, go }));
  const [, kind, id = ''] = /^\/(battle|challenge)\/([\w-]+)$/.exec(path) ?? [];
  if (kind === 'battle')
    return loaded(async () => {
      const { BattlePage } = await import('./battle/battle-page.ts');
      return new BattlePage(root, session, desk, id);
    });
  if (kind === 'challenge')
    return loaded(async () => {
      const { ChallengePage } = await import('./challenges/challenge-page.ts');
      return new ChallengePage(root, { session, desk, go }, id);
    });
  const bot = query.has('bot') ? ((query.get('bot') || 'greedy') as BotKind) : null;
  return new HomePage(root, { session, desk, go, play: query.get('play'), bot, rival: query.get('challenge') }); // prettier-ignore
}

/** null where it cannot be loaded, which the page then says. */
async function loaded(load: () => Promise<View>): Promise<View | null> {
  try {
    return await load();
  } catch {
    const again = h('button', { class: 'primary', onclick: () => location.reload() }, 'Try again');
    render(root, h('main', { class: 'home' }, h('h1', {}, 'Endure'), h('p', { role: 'alert' }, 'The server cannot be reached.'), again)); // prettier-ignore
    return null;
  }
}

const router = new Router(open);
router.start();
void desk.begin();
