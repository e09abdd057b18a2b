/** Where in a pasted team the problems lie that the server found in it, as far as they name something of it. */

export interface PlacedProblem {
  /** Number of the line it belongs to, from 0; null where it names none. */
  readonly line: number | null;
  readonly text: string;
}

interface SetLines {
  readonly first: number;
  readonly names: readonly string[];
  readonly lines: readonly string[];
}

export function placeProblems(team: string, problems: readonly string[]): PlacedProblem[] {
  const sets = setsOf(team);
  return problems.map((text) => ({ text, line: placeOf(text, sets) }));
}

/** Sets are parted by empty lines; the first line of one names who it is. */
function setsOf(team: string): SetLines[] {
  const sets: { first: number; names: string[]; lines: string[] }[] = [];
  let isInside = false;
  for (const [index, line] of team.split('\n').entries()) {
    const text = line.trim();
    if (text === '') {
      isInside = false;
    } else if (isInside) {
      sets.at(-1)!.lines.push(text);
    } else {
      isInside = true;
      sets.push({ first: index, names: namesIn(text), lines: [text] });
    }
  }
  return sets;
}

/** `Nick (Species) (M) @ Item` → nickname and species. */
function namesIn(head: string): string[] {
  const [who = ''] = head.split(' @ ');
  const plain = who.replace(/\s*\([MF]\)\s*$/, '');
  const named = /^(.*)\(([^()]+)\)\s*$/.exec(plain);
  return (named ? [named[1]!, named[2]!] : [plain]).map((name) => name.trim()).filter((name) => name !== '');
}

function placeOf(problem: string, sets: readonly SetLines[]): number | null {
  const said = problem.toLowerCase();
  const named = sets
    .map((set) => ({
      set,
      length: Math.max(
        0,
        ...set.names.filter((name) => said.includes(name.toLowerCase())).map(({ length }) => length),
      ),
    })) // prettier-ignore
    .filter(({ length }) => length > 0)
    // `Mew` is in every problem of `Mewtwo`.
    .sort((one, other) => other.length - one.length)[0]?.set;
  if (!named) return null;
  const detail = named.lines.findIndex((line, index) => index > 0 && isNamed(line, said));
  return named.first + Math.max(0, detail);
}

/** Whether a problem speaks of what a line such as `- Tackle` or `Ability: Levitate` says. */
function isNamed(line: string, said: string): boolean {
  const value =
    /^(?:- |(?:Ability|Tera Type): )(.+)$/.exec(line)?.[1] ?? (line.endsWith(' Nature') ? line : '');
  return value.length > 2 && said.includes(value.toLowerCase());
}
