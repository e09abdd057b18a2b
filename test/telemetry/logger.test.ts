import assert from 'node:assert/strict';
import { consoleLogger, createLogger, urlWithoutQuery } from '../../src/telemetry/logger.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTEifQ.c2lnbmF0dXJlLXg';
const TEAM = 'Pikachu||LightBall|Static|Thunderbolt|Timid|||||';

function captured() {
  const lines: string[] = [];
  const log = createLogger('trace', { write: (line) => void lines.push(line) });
  return { log, lines };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with level, time and message', () => {
    const { log, lines } = captured();
    log.info({ battleId: 'b1' }, 'Opened.');
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.equal(line['level'], 'info');
    assert.equal(line['battleId'], 'b1');
    assert.equal(line['msg'], 'Opened.');
    assert(!Number.isNaN(Date.parse(String(line['time']))));
  });

  it('is silent below its level', () => {
    const lines: string[] = [];
    createLogger('warn', { write: (line) => void lines.push(line) }).info('x');
    assert.deepEqual(lines, []);
  });

  class RowError extends Error {
    severity = 'ERROR';
    code = '23505';
    detail = `Failing row contains (${TEAM}).`;
  }
  const withBody = Object.assign(new Error('broken'), { body: TEAM, token: TOKEN });
  const rows: readonly (readonly [string, object, string?])[] = [
    ['a token in a field', { token: TOKEN }],
    ['a token in a field of any name', { whatever: TOKEN }],
    ['a token in the message', {}, `Refused ${TOKEN}.`],
    ['a token in a URL', { url: `/b1?_authToken=${TOKEN}` }],
    ['a token in a text', { text2: `ws://h/b1?sessionId=x&_authToken=${TOKEN}&y=1` }],
    ['a request with its headers', { req: { headers: { authorization: `Bearer ${TOKEN}` } } }],
    ['a team', { team: TEAM }],
    ['a team deeper down', { a: { b: { packed: TEAM } } }],
    ['an opening', { opening: { sides: [{ team: TEAM }] } }],
    ['a choice', { choice: 'move thunderbolt' }],
    ['an entry', { entry: { input: { text: 'move thunderbolt' } } }],
    ['an error with a body', { err: withBody }],
    ['an error behind an error', { err: new Error('broken', { cause: withBody }) }],
    ['an error of the database behind one', { err: new Error('broken', { cause: new RowError(TEAM) }) }],
    ['an error of the database', { err: new RowError(`duplicate key (${TEAM})`) }],
  ];
  for (const [name, fields, message] of rows) {
    it(`keeps out ${name}`, () => {
      const { log, lines } = captured();
      log.error(fields, message ?? 'x');
      assert.equal(lines.length, 1);
      assert.doesNotMatch(lines[0] ?? '', /eyJ|Pikachu|thunderbolt/i);
      JSON.parse(lines[0] ?? '');
    });
  }

  it('keeps what explains an error', () => {
    const { log, lines } = captured();
    log.error({ err: new RowError('duplicate key') }, 'x');
    const { err } = JSON.parse(lines[0] ?? '') as { err: Record<string, string> };
    assert.equal(err['code'], '23505');
    assert.match(err['stack'] ?? '', /logger\.test\.ts/);
  });
});

describe('createLogger, of an error that wraps another one', () => {
  const wrapped = (depth: number): Error =>
    depth === 0 ? new TypeError('the reason') : new Error(`layer ${depth}`, { cause: wrapped(depth - 1) });

  it('tells the reason with its stack', () => {
    const { log, lines } = captured();
    log.error({ err: wrapped(1) }, 'x');
    const { err } = JSON.parse(lines[0] ?? '') as { err: { cause: Record<string, string> } };
    assert.deepEqual([err.cause['type'], err.cause['message']], ['TypeError', 'the reason']);
    assert.match(err.cause['stack'] ?? '', /logger\.test\.ts/);
  });

  it('ends, even where an error is its own reason', () => {
    const { log, lines } = captured();
    const loop = new Error('a loop');
    loop.cause = loop;
    log.error({ err: loop }, 'x');
    log.error({ err: wrapped(9) }, 'x');
    assert.equal(lines.length, 2);
    assert(lines.every((line) => line.length < 10_000));
  });
});

describe('consoleLogger', () => {
  it('takes what a console takes, and prints no object', () => {
    const { log, lines } = captured();
    const console = consoleLogger(log);
    console.log('room %s', 'b1');
    console.error(new TypeError(`bad ${TOKEN}`));
    console.warn('client', { auth: { token: TOKEN }, team: TEAM });
    console.debug(`GET /?_authToken=${TOKEN}`);
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    assert.equal(messages[0], 'room b1');
    assert.equal(messages[1], 'TypeError: bad [redacted]');
    assert.equal(messages[2], 'client [Object]');
    assert.doesNotMatch(lines.join(''), /eyJ|Pikachu/);
  });
});

describe('urlWithoutQuery', () => {
  it('keeps the path alone', () => {
    assert.equal(urlWithoutQuery('/a/b?c=d#e'), '/a/b');
    assert.equal(urlWithoutQuery('/a#b'), '/a');
    assert.equal(urlWithoutQuery('/a'), '/a');
  });
});
