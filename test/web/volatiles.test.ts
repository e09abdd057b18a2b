import assert from 'node:assert/strict';
import { Volatiles } from '../../web/src/battle/volatiles.ts';

describe('what clings to who stands on a place', () => {
  const rows: [name: string, lines: string[], p1a: string[], p1b?: string[]][] = [
    ['is told in words', ['|-start|p1a: A|confusion', '|-start|p1a: A|move: Leech Seed'], ['Confused', 'Leech Seed']], // prettier-ignore
    ['ends', ['|-start|p1a: A|Substitute', '|-end|p1a: A|Substitute'], []],
    ['counts', ['|-start|p1a: A|perish3', '|-start|p1a: A|perish2'], ['Perish 2']],
    ['goes when somebody else comes in', ['|-start|p1a: A|Encore', '|switch|p1a: B|B|100/100'], []],
    ['goes with who faints', ['|-start|p1a: A|Encore', '|faint|p1a: A'], []],
    ['is passed on in part', ['|-start|p1a: A|Substitute', '|-start|p1a: A|move: Taunt', '|switch|p1a: B|B|1/1|[from] Baton Pass'], ['Substitute']], // prettier-ignore
    ['leaves the substitute of Shed Tail', ['|-start|p1a: A|Substitute', '|-start|p1a: A|confusion', '|switch|p1a: B|B|1/1|[from] Shed Tail'], ['Substitute']], // prettier-ignore
    ['moves along to another place', ['|-start|p1a: A|Substitute', '|swap|p1a: A|1'], [], ['Substitute']],
    ['says which stat is raised', ['|-start|p1a: A|quarkdrivespe', '|-start|p1b: B|typeadd|Ghost'], ['Spe raised'], ['+ Ghost']], // prettier-ignore
    ['is not what hits another one later', ['|-start|p1a: A|move: Future Sight'], []],
    ['is not what nobody is to see', ['|-start|p1a: A|fallen2|[silent]'], []],
    ['minds no odd line', ['', '|-start', '|-start|', '|swap|p1a|x', '|-end|p2c: X'], []],
  ];
  for (const [name, lines, p1a, p1b = []] of rows)
    it(name, () => {
      const volatiles = new Volatiles();
      for (const line of lines) volatiles.apply(line);
      assert.deepEqual([volatiles.at('p1', 0), volatiles.at('p1', 1)], [p1a, p1b]);
    });

  it('changes types, and adds to them', () => {
    const volatiles = new Volatiles();
    const types = (): readonly string[] => volatiles.typesAt('p2', 0, ['Normal']);
    assert.deepEqual(types(), ['Normal']);
    volatiles.apply('|-start|p2a: A|typechange|Water/Ice|[from] move: Soak');
    volatiles.apply("|-start|p2a: A|typeadd|Grass|[from] move: Forest's Curse");
    assert.deepEqual([types(), volatiles.at('p2', 0)], [['Water', 'Ice', 'Grass'], ['+ Grass']]);
    volatiles.apply('|switch|p2a: B|B|100/100');
    assert.deepEqual(types(), ['Normal']);
  });
});
