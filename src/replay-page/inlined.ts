/** The page's script: our own modules one after the other, as Node would run them, without what only a reader needs. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** In the order in which they need each other. No two of them may give the same name to something. */
const MODULES = [
  '../battle/public-facts/protocol-line.ts',
  '../battle/public-facts/pokemon-facts.ts',
  '../battle/public-facts/side-facts.ts',
  '../battle/public-facts/battle-facts.ts',
  '../battle/public-facts/field-lines.ts',
  '../battle/public-facts/condition-lines.ts',
  '../battle/public-facts/presence-lines.ts',
  '../battle/public-facts/held-lines.ts',
  '../battle/public-facts.ts',
  './state-after.ts',
  './words.ts',
  './player.js',
];

export function pageScript(): string {
  return MODULES.map((path) => inlined(read(path))).join('');
}

export function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function inlined(source: string): string {
  return withoutTypes(source)
    .replaceAll(/^import\s[^;]*;\n/gm, '')
    .replaceAll(/^export (?=class|const|function)/gm, '')
    .replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replaceAll(/^[ \t]*\/\/.*\n/gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
}

/** What Node itself does to every source that it runs, yet it warns of whoever asks it for that. */
function withoutTypes(source: string): string {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = warn;
  }
}
