/** What somebody fills in before a battle: a name, a format, a team. */
import type { Format } from '../../../client/src/endure.ts';
import { needsTeam } from '../net/formats.ts';
import { h, type Child, type Node_ } from '../render.ts';
import type { PlacedProblem } from './team-problems.ts';

export interface Fields {
  readonly name: string;
  readonly formats: readonly Format[];
  readonly format: string;
  readonly team: string;
  readonly problems: readonly PlacedProblem[];
}

type Heard = (text: string) => void;

export function nameField({ name }: Fields, isDisabled: boolean, named: Heard): Node_ {
  return h(
    'label',
    {},
    'Your name',
    h('input', { name: 'name', value: name, maxlength: '18', autocomplete: 'nickname', placeholder: 'Guest', disabled: isDisabled, oninput: heard(named) }), // prettier-ignore
  );
}

export function formatField({ formats, format }: Fields, isDisabled: boolean, chose: Heard): Node_ {
  const groups = [
    { label: 'Random teams', items: formats.filter(({ teamRequired }) => !teamRequired) },
    { label: 'Bring your own team', items: formats.filter(({ teamRequired }) => teamRequired) },
  ];
  const known = formats.length > 0 ? groups : [];
  return h(
    'label',
    {},
    'Format',
    h(
      'select',
      { name: 'format', disabled: isDisabled, onchange: heard(chose) },
      known.length === 0 && h('option', { value: format, selected: true }, format),
      known.map(({ label, items }) =>
        h(
          'optgroup',
          { label },
          items.map(({ id, name }) => h('option', { value: id, selected: id === format }, name)),
        ),
      ),
    ),
  );
}

/** Nothing where the format draws teams. */
export function teamField(fields: Fields, isDisabled: boolean, pasted: Heard): Child {
  const { formats, format, team, problems } = fields;
  if (!needsTeam(formats, format)) return null;
  return [
    h(
      'label',
      {},
      'Your team, as Showdown exports it',
      h('textarea', { name: 'team', rows: '8', spellcheck: 'false', value: team, disabled: isDisabled, 'aria-describedby': problems.length > 0 ? 'problems' : null, oninput: heard(pasted) }), // prettier-ignore
    ),
    problems.length > 0 && problemsView(team, problems),
  ];
}

/** The lines that something is wrong with, each with what it is; the rest of the team is left out. */
function problemsView(team: string, problems: readonly PlacedProblem[]): Node_ {
  const lines = team.split('\n');
  const sorted = [...problems].sort((one, other) => (one.line ?? -1) - (other.line ?? -1));
  return h(
    'ul',
    { class: 'problems', id: 'problems', 'aria-label': 'Problems of the team' },
    sorted.map(({ line, text }) =>
      h(
        'li',
        {},
        line !== null && h('code', {}, h('span', {}, `${line + 1}`), lines[line]?.trim() ?? ''),
        h('span', { class: 'problem' }, text),
      ),
    ),
  );
}

function heard(hear: Heard): (event: Event) => void {
  return (event) => hear((event.target as HTMLInputElement).value);
}
