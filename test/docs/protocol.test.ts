/** docs/protocol.md against the source, in both directions. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Metadata } from '@colyseus/schema';
import { z } from 'zod';
import { ERRORS } from '../../src/errors.ts';
import { BattleState, PokemonState, SideState } from '../../src/rooms/battle-state.ts';
import { LadderEntry, LadderState } from '../../src/rooms/ladder-state.ts';
import {
  BATTLE_MESSAGES,
  LADDER_MESSAGES,
  MATCHMAKING_MESSAGES,
  SERVER_MESSAGES,
} from '../../src/rooms/messages.ts';

const PAGE = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');

/** The text under a heading, up to the next one of the same or a higher level. */
function section(heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const start = PAGE.indexOf(`\n${heading}\n`);
  assert.notEqual(start, -1, `docs/protocol.md has no "${heading}"`);
  const rest = PAGE.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** Cells of the table whose first header cell is `header`. */
function table(text: string, header: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`));
  assert.notEqual(start, -1, `no table "${header}"`);
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codeOf = (cell: string): string => cell.replaceAll('`', '');

/** `{format, teamId?}` → its field names, with `?` where optional. */
function fieldsOf(cell: string): string[] {
  const inside = /^`\{(.*?)\}`/.exec(cell)?.[1] ?? '';
  return inside.split(',').flatMap((field) => field.trim() || []);
}

function fieldsOfSchema(schema: z.ZodType): string[] {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any' });
  const required = new Set(shape.required);
  return Object.keys(shape.properties ?? {}).map((field) => (required.has(field) ? field : `${field}?`));
}

describe('docs/protocol.md', () => {
  it('names every error code, and each as recoverable as it is', () => {
    const rows = table(section('## Error codes'), 'code');
    const documented = new Map(rows.map(([code, recoverable]) => [codeOf(code!), recoverable === 'yes']));
    // Made by clients themselves.
    documented.delete('CONNECTION_FAILED');
    const known = new Map(Object.entries(ERRORS).map(([code, { recoverable }]) => [code, recoverable]));
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(known));
  });

  for (const [room, schemas] of [
    ['battle', BATTLE_MESSAGES],
    ['matchmaking', MATCHMAKING_MESSAGES],
    ['ladder', LADDER_MESSAGES],
  ] as const) {
    it(`names every message that a client may send in ${room}, with its fields`, () => {
      const rows = table(section(`## Room \`${room}\``), 'client → server');
      const documented = rows.map(([type, payload]) => [codeOf(type!), fieldsOf(payload!)]);
      const known = Object.entries(schemas).map(([type, schema]) => [type, fieldsOfSchema(schema)]);
      assert.deepEqual(documented, known);
    });

    it(`names every message that the server sends in ${room}`, () => {
      const rows = table(section(`## Room \`${room}\``), 'server → client');
      assert.deepEqual(
        rows.map(([type]) => codeOf(type!)),
        SERVER_MESSAGES[room],
      );
    });
  }

  for (const [heading, schemas] of [
    ['### State', [BattleState, SideState, PokemonState]],
    ['### Ladder state', [LadderState, LadderEntry]],
  ] as const) {
    it(`names every field under ${heading}`, () => {
      const rows = table(section(heading), 'object');
      const documented = rows.map(([, fields]) =>
        [...fields!.replaceAll(/\([^)]*\)/g, '').matchAll(/`([^`]+)`/g)].map(([, field]) => field),
      );
      const known = schemas.map((state) => Object.keys(Metadata.getFields(state)));
      assert.deepEqual(documented, known);
    });
  }
});
