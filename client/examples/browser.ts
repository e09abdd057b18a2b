/** A page that plays one battle: a button for each move and each switch. The server is the page's own, or `?server=`. */
import { connect, type Battle, type BattleRequest } from '../src/endure.ts';

const element = (id: string): HTMLElement => document.getElementById(id)!;
const say = (text: string): void => void (element('status').textContent = text);

const url = new URLSearchParams(location.search).get('server') ?? location.origin;
const token = sessionStorage.getItem('token');
const client = await connect({ url, ...(token === null ? { name: 'Visitor' } : { token }) });
// So that a reload comes back into the battle.
sessionStorage.setItem('token', client.token);

say(`${client.user.name} waits for an opponent.`);
const battle = (await client.rejoin()) ?? (await client.queue('gen9randombattle').battle);
say(`${battle.players.p1.name} against ${battle.players.p2.name}`);

battle.on('lines', ({ lines }) => element('log').append(`${lines.join('\n')}\n`));
battle.on('request', (request) => show(battle, request));
battle.on('accepted', () => element('choices').replaceChildren());
battle.on('connection', (status) => say(status));
battle.on('ended', ({ winner, reason }) => {
  element('choices').replaceChildren();
  say(winner === client.user.id ? 'You won.' : `Over: ${reason}.`);
});

function show(here: Battle, request: BattleRequest): void {
  const moves = request.forceSwitch ? [] : (request.active?.[0]?.moves ?? []);
  const buttons = moves.map(({ move, disabled }, index) =>
    button(here, move, `move ${index + 1}`, Boolean(disabled)),
  );
  for (const [index, { details, condition, active }] of request.side.pokemon.entries())
    buttons.push(button(here, details, `switch ${index + 1}`, active || condition.endsWith(' fnt')));
  element('choices').replaceChildren(...buttons);
}

function button(here: Battle, text: string, choice: string, isDisabled: boolean): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { textContent: text, disabled: isDisabled });
  made.addEventListener('click', () => {
    here.choose(choice).catch((error: unknown) => say(String(error)));
  });
  return made;
}
