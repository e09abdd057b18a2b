/** Starts the page. Every page but the first is loaded when somebody goes there. */
import './styles/home.css';
import { HomePage } from './home/home-page.ts';
import { Session } from './net/session.ts';
import { readingPage } from './pages.ts';
import { h, render } from './render.ts';
import { Router, type View } from './router.ts';

const root = document.getElementById('page')!;

const session = new Session();

async function open(path: string, query: URLSearchParams): Promise<View | null> {
  const go = (address: string): void => router.go(address);
  const reading = readingPage(path);
  if (reading) return loaded(() => reading(root, { account: session.account, go }));
  const battleId = /^\/battle\/([\w-]+)$/.exec(path)?.[1];
  if (battleId === undefined)
    return new HomePage(root, { session, go, play: query.get('play'), isBot: query.has('bot') });
  return loaded(async () => {
    const { BattlePage } = await import('./battle/battle-page.ts');
    return new BattlePage(root, session, battleId);
  });
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
