/** Starts the page. What a battle needs is loaded with the first battle. */
import './styles/home.css';
import { HomePage } from './home/home-page.ts';
import { Session } from './net/session.ts';
import { h, render } from './render.ts';
import { Router, type View } from './router.ts';

const root = document.getElementById('page')!;

const session = new Session();

async function open(path: string, query: URLSearchParams): Promise<View | null> {
  const battleId = /^\/battle\/([\w-]+)$/.exec(path)?.[1];
  if (battleId === undefined)
    return new HomePage(root, {
      session,
      go: (address) => router.go(address),
      play: query.get('play'),
      isBot: query.has('bot'),
    });
  try {
    const { BattlePage } = await import('./battle/battle-page.ts');
    return new BattlePage(root, session, battleId);
  } catch {
    const again = h('button', { class: 'primary', onclick: () => location.reload() }, 'Try again');
    render(root, h('main', { class: 'home' }, h('h1', {}, 'Endure'), h('p', { role: 'alert' }, 'The server cannot be reached.'), again)); // prettier-ignore
    return null;
  }
}

const router = new Router(open);
router.start();
