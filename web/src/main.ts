/** Starts the page. What a battle needs is loaded with the first battle. */
import './styles/home.css';
import { HomePage } from './home/home-page.ts';
import { signIn } from './net/account.ts';
import { h, render } from './render.ts';
import { Router, type View } from './router.ts';

const root = document.getElementById('page')!;

async function open(path: string, query: URLSearchParams): Promise<View | null> {
  const battleId = /^\/battle\/([\w-]+)$/.exec(path)?.[1];
  if (battleId === undefined) return new HomePage(root, { go: (address) => router.go(address), play: query.get('play') }); // prettier-ignore
  try {
    const [{ BattlePage }, account] = await Promise.all([import('./battle/battle-page.ts'), signIn()]);
    return new BattlePage(root, account, battleId);
  } catch {
    const again = h('button', { class: 'primary', onclick: () => location.reload() }, 'Try again');
    render(root, h('main', { class: 'home' }, h('h1', {}, 'Endure'), h('p', { role: 'alert' }, 'The server cannot be reached.'), again)); // prettier-ignore
    return null;
  }
}

const router = new Router(open);
router.start();
