/** A replay as a page: the field of a battle, and below it what moves through it. */
import type { Replay, SideId } from '../../../client/src/endure.ts';
import type { GenerationDex } from '../battle/dex.ts';
import { betweenView, logView, stirredBy } from '../battle/field-view.ts';
import { sideView } from '../battle/side-view.ts';
import { pathOf } from '../net/read.ts';
import { h, type Child, type Node_ } from '../render.ts';
import { day } from '../sheet.ts';
import { endView } from './end-view.ts';
import type { ReelAction } from './keys.ts';
import { type Reel, SPEEDS } from './reel.ts';
import { sign } from './replay-icons.ts';
import type { ReplayAddress } from './share.ts';

export interface ReplayParts {
  readonly replay: Replay;
  readonly reel: Reel;
  readonly address: ReplayAddress;
  readonly near: SideId;
  readonly far: SideId;
  readonly dex: GenerationDex;
  /** Once it was asked for. */
  readonly shared: { readonly link: string; readonly isCopied: boolean } | null;
  readonly act: (action: ReelAction) => void;
  readonly share: () => void;
}

export type ReplayFault = 'live' | 'missing' | 'private' | 'unreachable';

export function replayView(parts: ReplayParts): Node_ {
  const { replay, reel, near, far } = parts;
  const { scene } = reel;
  return h(
    'main',
    { class: 'battle replay' },
    h('h1', { class: 'unseen' }, `Replay: ${replay.players.join(' against ')}`),
    h(
      'header',
      { class: 'top-bar' },
      h('a', { href: '/', class: 'brand' }, 'Endure'),
      h('span', { class: 'format' }, replay.format, h('span', { class: 'when' }, ' · ', day(replay.endedAt))), // prettier-ignore
      h('span', { class: 'turn' }, stopName(reel)),
    ),
    h(
      'div',
      { class: 'stage' },
      fieldSide(parts, far),
      betweenView(scene.facts, scene.log),
      fieldSide(parts, near),
    ),
    h(
      'section',
      { class: 'controls', 'aria-label': 'Playback' },
      sliderView(parts),
      buttonsView(parts),
      reel.isAtEnd && endView(replay),
      shareView(parts),
    ),
    // What one jumps over is not to be read out.
    logView(scene.log, reel.isPlaying && reel.speed === 1),
  );
}

function fieldSide({ replay, reel, near, dex }: ReplayParts, id: SideId): Node_ {
  const { facts, volatiles, lastLine } = reel.scene;
  const player = replay.sides[id];
  return sideView({
    id,
    facts: facts.sides[id],
    volatiles,
    isPreview: facts.phase === 'teamPreview',
    own: null,
    player: { elo: player?.elo ?? 0, connected: true, connection: '', latencyMs: 0 },
    name: player?.name ?? '…',
    isNear: id === near,
    doing: '',
    clock: null,
    dex,
    stirred: reel.isPlaying ? stirredBy(lastLine) : '',
  });
}

function stopName(reel: Reel): string {
  if (reel.isAtEnd) return 'The end';
  const { turn } = reel.scene.facts;
  return turn === 0 ? 'Start' : `Turn ${turn}`;
}

function sliderView({ reel, act }: ReplayParts): Node_ {
  const name = stopName(reel);
  return h(
    'label',
    { class: 'slider' },
    h('span', { 'aria-hidden': 'true' }, name),
    h('input', {
      type: 'range',
      'aria-label': 'Turn',
      min: 0,
      max: reel.stops.length - 1,
      value: String(reel.stop),
      'aria-valuetext': name,
      oninput: (event: Event) => act({ type: 'seek', stop: Number((event.target as HTMLInputElement).value) }), // prettier-ignore
    }),
    h('span', { class: 'unseen', role: 'status' }, reel.isPlaying ? '' : name),
  );
}

function buttonsView({ reel, act }: ReplayParts): Node_ {
  const button = (name: string, picture: Node_, action: ReelAction, more: object = {}): Node_ =>
    h('button', { type: 'button', 'aria-label': name, title: name, onclick: () => act(action), ...more }, picture); // prettier-ignore
  const isAtStart = reel.stop === 0 && !reel.isPlaying;
  return h(
    'div',
    { class: 'reel' },
    h(
      'div',
      { class: 'reel-buttons', role: 'group', 'aria-label': 'Play' },
      button('To the start (Home)', sign('start'), { type: 'seek', stop: 0 }, { disabled: isAtStart }),
      button('A turn back (←)', sign('back'), { type: 'step', by: -1 }, { disabled: isAtStart }),
      button(reel.isPlaying ? 'Pause (space)' : 'Play (space)', sign(reel.isPlaying ? 'pause' : 'play'), { type: 'toggle' }, { class: 'primary toggle' }), // prettier-ignore
      button('A turn forward (→)', sign('forward'), { type: 'step', by: 1 }, { disabled: reel.isAtEnd }),
      button('To the end (End)', sign('end'), { type: 'seek', stop: Infinity }, { disabled: reel.isAtEnd }),
    ),
    h(
      'div',
      { class: 'speeds', role: 'group', 'aria-label': 'Speed' },
      SPEEDS.map(
        (speed) =>
        h('button', { type: 'button', 'aria-pressed': String(speed === reel.speed), onclick: () => act({ type: 'speed', speed }) }, `×${speed}`), // prettier-ignore
      ),
    ),
  );
}

function shareView({ shared, address, share }: ReplayParts): Child {
  const path = `/replays${pathOf(address.id)}`;
  const query = address.key === null ? '' : `?key=${encodeURIComponent(address.key)}`;
  return [
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', onclick: share }, 'Copy the link'),
      h('a', { class: 'button quiet', href: `${path}${query}`, 'data-external': true }, 'As one file'),
      h('a', { class: 'button quiet', href: `${path}.log${query}`, 'data-external': true }, 'As text'),
      h('a', { class: 'button quiet', href: '/' }, 'Home'),
    ),
    h('p', { class: 'link-told', role: 'status' }, shared && (shared.isCopied ? 'The link is copied.' : 'Take this link along:')), // prettier-ignore
    shared &&
      !shared.isCopied &&
      h('input', { readonly: true, 'aria-label': 'Link to this replay', value: shared.link, mounted: (field: Element) => (field as HTMLInputElement).select() }), // prettier-ignore
  ];
}

const FAULTS: Readonly<Record<ReplayFault, string>> = {
  live: 'This battle is still being played.',
  missing: 'There is no such battle.',
  private: 'This replay is private. Its players can share it by a link.',
  unreachable: 'The server cannot be reached.',
};

interface MissingParts {
  readonly id: string;
  /** null while it is being asked for. */
  readonly fault: ReplayFault | null;
  readonly again: () => void;
}

export function missingView({ id, fault, again }: MissingParts): Node_ {
  return h(
    'main',
    { class: 'battle replay' },
    h('h1', { class: 'unseen' }, 'Replay'),
    h('header', { class: 'top-bar' }, h('a', { href: '/', class: 'brand' }, 'Endure')),
    h(
      'div',
      { class: 'fault' },
      fault === null ? h('p', { role: 'status' }, 'One moment…') : h('p', { role: 'alert' }, FAULTS[fault]),
      fault !== null &&
        h(
          'div',
          { class: 'buttons' },
          fault === 'live' && h('a', { class: 'button primary', href: `/battle${pathOf(id)}` }, 'Watch it'),
          fault === 'unreachable' && h('button', { class: 'primary', onclick: again }, 'Try again'),
          h('a', { class: 'button', href: '/' }, 'Home'),
        ),
    ),
  );
}
