/** The battle as a page: both sides and what lies between them, what can be chosen, and what has happened in words. */
import type { FinishedBattle } from '../../../client/src/endure.ts';
import type { SideId } from '../../../src/battle/ids.ts';
import type { PublicFacts } from '../../../src/battle/public-facts.ts';
import { h, type Child, type Node_ } from '../render.ts';
import type { ShownBattle } from './battle-feed.ts';
import { choiceView } from './choice-view.ts';
import type { GenerationDex } from './dex.ts';
import type { Draft, DraftAction } from './draft.ts';
import { betweenView, logView, stirredBy } from './field-view.ts';
import type { LogEntry } from './log-words.ts';
import { endView } from '../replay/end-view.ts';
import { resultView } from './result-view.ts';
import { sideView } from './side-view.ts';
import type { Volatiles } from './volatiles.ts';

export interface BattleParts {
  readonly battle: ShownBattle;
  /** As shown, which may be behind what has come. */
  readonly facts: PublicFacts;
  readonly volatiles: Volatiles;
  readonly log: readonly LogEntry[];
  readonly lastLine: string;
  readonly isCaughtUp: boolean;
  readonly formatName: string;
  readonly near: SideId;
  readonly far: SideId;
  readonly dex: GenerationDex;
  readonly draft: Draft | null;
  readonly notice: string;
  /** Whether to forfeit is asked. */
  readonly isAsking: boolean;
  readonly secondsTo: (at: number) => number;
  readonly shareOf: (deadlineAt: number) => number;
  /** For who played: the way to another battle with the same opponent. */
  readonly rematch: Child;
  readonly act: (action: DraftAction) => void;
  /** Shows at once what has come. */
  readonly skip: () => void;
  readonly ask: (isAsking: boolean) => void;
  readonly forfeit: () => void;
}

export function battleView(parts: BattleParts): Node_ {
  const { battle, facts, near, far } = parts;
  return h(
    'main',
    { class: 'battle' },
    h('h1', { class: 'unseen' }, namesOf(parts)),
    h(
      'header',
      { class: 'top-bar' },
      h('a', { href: '/', class: 'brand' }, 'Endure'),
      h('span', { class: 'format' }, parts.formatName),
      h('span', { class: 'turn' }, facts.turn > 0 ? `Turn ${facts.turn}` : ''),
      battle.state &&
        battle.state.spectators > 0 &&
        h('span', { class: 'watching' }, `${battle.state.spectators} watching`),
    ),
    battle.fault !== null
      ? faultView(battle)
      : [
          h(
            'div',
            { class: 'stage' },
            linkNotice(battle),
            fieldSide(parts, far),
            betweenView(facts, parts.log),
            fieldSide(parts, near),
          ),
          h('section', { class: 'controls', 'aria-label': 'Your choice' }, controls(parts)),
          logView(parts.log),
        ],
    askView(parts),
  );
}

function faultView({ fault, past, id }: ShownBattle): Node_ {
  return h(
    'div',
    { class: 'fault' },
    past ? endView({ ...past, sides: past.players }) : h('p', { role: 'alert' }, fault),
    h(
      'div',
      { class: 'buttons' },
      past &&
        past.reason !== 'void' &&
        h('a', { class: 'button', href: `/replay/${id}` }, 'Watch the replay'),
      h('a', { class: 'button primary', href: '/' }, 'Home'),
    ),
  );
}

/** For the window: somebody who looks elsewhere sees when it is time to choose. */
export function titleOf(parts: BattleParts): string {
  return `${parts.draft ? '● ' : ''}${namesOf(parts)}`;
}

function namesOf({ battle }: BattleParts): string {
  const { p1, p2 }: FinishedBattle['players'] = battle.players ?? battle.past?.players ?? {};
  return p1 && p2 ? `${p1.name} against ${p2.name}` : 'Battle';
}

function linkNotice(battle: ShownBattle): Child {
  const text = noticeOf(battle);
  return h('p', { class: text ? 'link-notice' : 'unseen', role: 'status', 'data-link': battle.link }, text);
}

function noticeOf({ link, isPaused, end, request, warnedSeconds }: ShownBattle): string {
  if (end) return '';
  if (link === 'joining') return 'Joining the battle…';
  if (link === 'reconnecting') return 'Connection lost. Coming back by itself…';
  if (link === 'lost') return 'The connection is gone. Load the page again.';
  if (isPaused) return 'The battle rests for a moment. Nothing is lost.';
  return warnedSeconds > 0 && request ? `Hurry: less than ${warnedSeconds} s left.` : '';
}

function fieldSide(parts: BattleParts, id: SideId): Node_ {
  const { battle, facts, volatiles, dex, near, lastLine, isCaughtUp } = parts;
  const player = battle.state?.sides.get(id) ?? null;
  return sideView({
    id,
    facts: facts.sides[id],
    volatiles,
    isPreview: facts.phase === 'teamPreview',
    own: id === battle.side ? (battle.lastRequest?.side.pokemon ?? null) : null,
    player,
    name: player?.name ?? battle.players?.[id].name ?? '…',
    isNear: id === near,
    doing: doingOf(parts, id),
    clock: clockOf(parts, id),
    dex,
    stirred: isCaughtUp ? '' : stirredBy(lastLine),
  });
}

function doingOf({ battle, secondsTo }: BattleParts, id: SideId): string {
  const player = battle.state?.sides.get(id);
  // While the server is away nobody knows.
  if (!player || battle.end || battle.link !== 'connected') return '';
  if (!player.connected)
    return player.reconnectByAt > 0 ? `gone, has ${secondsTo(player.reconnectByAt)} s to come back` : 'gone';
  if (player.hasChosen) return 'has chosen';
  if (player.deadlineAt === 0) return '';
  if (id !== battle.side) return 'thinking…';
  return battle.request ? 'your turn' : '';
}

function clockOf({ battle, secondsTo, shareOf }: BattleParts, id: SideId) {
  const at = battle.state?.sides.get(id)?.deadlineAt ?? 0;
  if (at === 0 || battle.end || battle.isPaused || battle.link !== 'connected') return null;
  return { share: shareOf(at), seconds: secondsTo(at) };
}

function controls(parts: BattleParts): Child {
  const { battle, notice, isCaughtUp, ask } = parts;
  if (battle.end && isCaughtUp) return resultView(parts);
  const isMine = battle.side !== null && !battle.end;
  return [
    notice !== '' && h('p', { class: 'notice', role: 'alert' }, notice),
    choices(parts),
    isMine && h('button', { type: 'button', class: 'quiet forfeit', onclick: () => ask(true) }, 'Forfeit'),
  ];
}

function choices({ battle, draft, facts, volatiles, dex, isCaughtUp, act, skip }: BattleParts): Child {
  const { side } = battle;
  if (!draft || !side) return h('p', { class: 'prompt', role: 'status' }, waitText(battle));
  if (isCaughtUp) return choiceView({ draft, side, facts, volatiles, dex, act });
  return h('p', { class: 'prompt' }, h('button', { type: 'button', onclick: skip }, 'Skip to your choice ', h('kbd', {}, '␣'))); // prettier-ignore
}

function waitText({ side, players, lastRequest, isSending, end }: ShownBattle): string {
  if (!players || end) return '';
  if (side === null) return 'You are watching.';
  const foe = players[side === 'p1' ? 'p2' : 'p1'].name;
  if (isSending) return 'Sending your choice…';
  return lastRequest?.wait ? `Waiting for ${foe}.` : `Your choice is in. Waiting for ${foe}.`;
}

function askView({ isAsking, ask, forfeit }: BattleParts): Child {
  if (!isAsking) return null;
  return h(
    'dialog',
    { class: 'ask', 'aria-labelledby': 'ask', mounted: (dialog: Element) => (dialog as HTMLDialogElement).showModal(), oncancel: () => ask(false) }, // prettier-ignore
    h('h2', { id: 'ask' }, 'Give up this battle?'),
    h('p', {}, 'It counts as a loss.'),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', class: 'primary', onclick: () => ask(false) }, 'Play on'),
      h('button', { type: 'button', class: 'danger', onclick: forfeit }, 'Forfeit'),
    ),
  );
}
