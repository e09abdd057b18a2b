/**
 * The page of promises, docs/coverage.md, and what can be wrong with it. The page is a table for each letter; a row has
 * ids, promise, what settles it, and state. Knows no files: whoever calls says what there is.
 */
import { posix } from 'node:path';

/** Every promise has a row, and these are all of them. A promise that is added is added here too. */
const LAST = { A: 41, B: 28, C: 74, D: 28, E: 21 } as const;
/** Facts that promises rest on: those that a promise names. */
const FACTS = ['F04', 'F05', 'F06', 'F07', 'F12'];

const STATES = ['done', 'partly', 'later', 'doc', 'refused'] as const;
type State = (typeof STATES)[number];

interface Row {
  readonly ids: readonly string[];
  readonly promise: string;
  readonly settledBy: string;
  readonly state: string;
}

/** Paths are relative to the root of the project; those that begin with `..` lead out of it. */
export interface Tree {
  readonly has: (path: string) => boolean;
  readonly read: (path: string) => string;
}

export function expectedIds(): string[] {
  const numbered = Object.entries(LAST).flatMap(([letter, last]) =>
    Array.from({ length: last }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`),
  );
  return [...numbered, ...FACTS];
}

/** What is wrong, a sentence each; empty: the page holds. `folder`: that of the page, for its links. */
export function faultsOf(page: string, folder: string, tree: Tree): string[] {
  const rows = rowsOf(page);
  return [...idFaults(rows), ...rows.flatMap((row) => rowFaults(row, folder, tree))];
}

const HEADER = /^\| ids? \|/;
const CELL_END = /(?<!\\)\|/;

/** Of every table whose first header cell is `id`. */
function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  let isInside = false;
  for (const line of page.split('\n')) {
    if (HEADER.test(line)) isInside = true;
    else if (!line.startsWith('|')) isInside = false;
    else if (isInside && !/^\| ?-/.test(line)) rows.push(rowOf(line));
  }
  return rows;
}

function rowOf(line: string): Row {
  const [ids = '', promise = '', settledBy = '', state = ''] = line
    .split(CELL_END)
    .slice(1, -1)
    .map((cell) => cell.trim());
  return { ids: ids.split(', '), promise, settledBy, state };
}

function idFaults(rows: readonly Row[]): string[] {
  const expected = new Set(expectedIds());
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const id of rows.flatMap(({ ids }) => ids)) {
    if (!expected.has(id)) faults.push(`${id} is no promise`);
    if (seen.has(id)) faults.push(`${id} is there twice`);
    seen.add(id);
  }
  return [...faults, ...[...expected].filter((id) => !seen.has(id)).map((id) => `${id} is missing`)];
}

function rowFaults(row: Row, folder: string, tree: Tree): string[] {
  const links = linksIn(`${row.promise} ${row.settledBy}`);
  const faults = links.map((link) => linkFault(link, folder, tree)).filter((fault) => fault !== null);
  if (row.promise === '') faults.push('no promise');
  const stateFault = faultOfState(
    row,
    linksIn(row.settledBy).map((link) => pathOf(link, folder)),
  );
  if (stateFault !== null) faults.push(stateFault);
  return faults.map((fault) => `${row.ids.join(', ')}: ${fault}`);
}

function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** Where something is that can be run, or is run. */
const WORKS = /^(?:src|test|docs\/proofs|client|web|loadtest|scripts|deploy)\//;
const READS = /\.md$|^deploy\/|^\.env\.example$/;

function faultOfState({ state, settledBy }: Row, paths: readonly string[]): string | null {
  switch (state as State) {
    case 'done':
      return paths.some((path) => WORKS.test(path)) ? null : 'done, and no test, proof or source is linked';
    case 'partly':
      if (!settledBy.includes('Later: ')) return 'partly, and not said what is for later ("Later: …")';
      return paths.some((path) => WORKS.test(path)) ? null : 'partly, and no test, proof or source is linked';
    case 'doc':
      return paths.some((path) => READS.test(path)) ? null : 'doc, and no page is linked';
    case 'later':
    case 'refused':
      return settledBy === '' ? `${state}, and not said why` : null;
    default:
      return `"${state}" is no state; there are ${STATES.join(', ')}`;
  }
}

function linkFault(link: string, folder: string, tree: Tree): string | null {
  const path = pathOf(link, folder);
  if (/^[a-z]+:/i.test(link) || /^(\.\.|\/)/.test(path)) return `${link} leads out of the project`;
  if (!tree.has(path)) return `${link} leads nowhere`;
  const proof = /^docs\/proofs\/(.+)\.json$/.exec(path)?.[1];
  if (proof !== undefined && !tree.has(`test/prove/${proof}.prove.ts`)) return `nothing makes ${link}`;
  const anchor = link.split('#')[1];
  if (anchor !== undefined && !(path.endsWith('.md') && anchorsOf(tree.read(path)).has(anchor)))
    return `${link} leads to no heading`;
  return null;
}

/** From the root of the project. */
function pathOf(link: string, folder: string): string {
  return posix.join(folder, link.split('#')[0]!);
}

/** The headings of a page of Markdown as GitHub names them. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const name = slugOf(heading!);
    let anchor = name;
    for (let times = 1; anchors.has(anchor); times++) anchor = `${name}-${times}`;
    anchors.add(anchor);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
