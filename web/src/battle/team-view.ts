/** A whole team: at a glance while it plays, and shown with names before. */
import type { PokemonFacts } from '../../../src/battle/public-facts/pokemon-facts.ts';
import type { SideFacts } from '../../../src/battle/public-facts/side-facts.ts';
import type { RequestPokemon } from '../../../src/battle/request.ts';
import { token } from '../pictures/token.ts';
import { h, type Node_ } from '../render.ts';
import type { GenerationDex } from './dex.ts';
import { statusName } from './effect-names.ts';

/** Small, in a row: those that were seen, those that only we know, and how many there are besides. */
export function teamView(
  { team, teamSize }: SideFacts,
  own: readonly RequestPokemon[] | null,
  dex: GenerationDex,
): Node_ {
  const hidden = (own ?? []).filter(({ ident }) => !team.some((pokemon) => pokemon.ident === ident));
  const known = [...team, ...hidden.slice(0, Math.max(0, teamSize - team.length)).map(memberOf)];
  const unseen = Math.max(0, teamSize - known.length);
  return h(
    'ul',
    { class: 'team', 'aria-label': 'Team' },
    known.map(({ species, fainted, status, hpPercent, active }) => {
      const told = fainted ? 'fainted' : `${hpPercent}%${status ? `, ${statusName(status)[1]}` : ''}`;
      return h(
        'li',
        { class: [fainted && 'fainted', active && 'active', status && 'ill'].filter(Boolean).join(' '), title: `${species}: ${told}` }, // prettier-ignore
        token(species, dex.species(species)),
        h('span', { class: 'unseen' }, `${species}: ${told}`),
      );
    }),
    Array.from({ length: unseen }, () =>
      h(
        'li',
        { title: 'Not seen yet' },
        token('?', undefined),
        h('span', { class: 'unseen' }, 'Not seen yet'),
      ),
    ),
  );
}

/** As the team preview shows it. */
export function previewView(team: readonly PokemonFacts[], dex: GenerationDex): Node_ {
  return h(
    'ul',
    { class: 'preview', 'aria-label': 'Team preview' },
    team.map(({ species, level, gender }) =>
      h(
        'li',
        {},
        token(species, dex.species(species)),
        h(
          'span',
          {},
          species.replace(/-\*$/, ''),
          level < 100 && h('small', {}, ` L${level}`),
          genderSign(gender),
        ),
      ),
    ),
  );
}

export function genderSign(gender: string): string {
  return gender === 'M' ? ' ♂' : gender === 'F' ? ' ♀' : '';
}

/** One of ours that the other side has not seen. */
function memberOf({ details, condition }: RequestPokemon) {
  const [species = ''] = details.split(', ');
  const [points = '', status = ''] = condition.split(' ');
  const [now = 0, most = 1] = points.split('/').map(Number);
  return { species, fainted: now === 0, status: now === 0 ? '' : status, hpPercent: Math.ceil((100 * now) / most), active: false }; // prettier-ignore
}
