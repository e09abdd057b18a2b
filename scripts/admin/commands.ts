/** The commands of `npm run admin`: for each its route, its options and how its answer is shown. */
import type { Call } from './caller.ts';
import * as views from './views.ts';

/** Options that commands take, as `parseArgs` declares them. */
export const OPTIONS = {
  process: { type: 'string' },
  format: { type: 'string' },
  limit: { type: 'string' },
  offset: { type: 'string' },
  to: { type: 'string' },
  note: { type: 'string' },
  at: { type: 'string' },
  all: { type: 'boolean' },
  remove: { type: 'boolean' },
} as const;

export type Values = {
  readonly [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name]['type'] extends 'string'
    ? string
    : boolean;
};

/** What was typed makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

interface Shown {
  /** As the server answered. */
  readonly answer: unknown;
  readonly text: string;
}

export interface Command {
  /** Behind its name. */
  readonly usage: string;
  readonly about: string;
  /** The name of what stands behind the command. */
  readonly argument: string | null;
  readonly isArgumentOptional?: true;
  readonly options: readonly (keyof Values)[];
  run(call: Call, values: Values, argument: string): Promise<Shown>;
}

async function shown(asked: Promise<unknown>, view: (answer: never) => string): Promise<Shown> {
  const answer = await asked;
  return { answer, text: view(answer as never) };
}

function query(path: string, values: Values, names: readonly (keyof Values)[]): string {
  const fields = new URLSearchParams();
  for (const name of names) if (values[name] !== undefined) fields.set(name, String(values[name]));
  return fields.size > 0 ? `${path}?${fields.toString()}` : path;
}

const PAGE = ['limit', 'offset'] as const;
const at = encodeURIComponent;

export const COMMANDS: Readonly<Record<string, Command>> = {
  processes: {
    usage: '',
    about: 'Processes that live.',
    argument: null,
    options: [],
    run: (call) => shown(call('GET', '/admin/processes'), views.processesView),
  },
  battles: {
    usage: '[--process ID|none] [--format F] [--limit N] [--offset N]',
    about: 'Battles that live, oldest first; `none`: those that no process has.',
    argument: null,
    options: ['process', 'format', ...PAGE],
    run: (call, values) => {
      const path = query('/admin/battles', values, ['process', 'format', ...PAGE]);
      return shown(call('GET', path), views.battlesView);
    },
  },
  battle: {
    usage: 'BATTLE',
    about: 'Where a battle is, or how it ended.',
    argument: 'BATTLE',
    options: [],
    run: (call, _, id) => shown(call('GET', `/admin/battles/${at(id)}`), views.battleView),
  },
  events: {
    usage: 'BATTLE [--limit N]',
    about: 'What happened to its connections, newest first.',
    argument: 'BATTLE',
    options: ['limit'],
    run: (call, values, id) =>
      shown(call('GET', query(`/admin/battles/${at(id)}/events`, values, ['limit'])), views.eventsView),
  },
  users: {
    usage: '[--limit N] [--offset N]',
    about: 'Who is connected, and to what.',
    argument: null,
    options: PAGE,
    run: (call, values) => shown(call('GET', query('/admin/users', values, PAGE)), views.usersView),
  },
  user: {
    usage: 'USER',
    about: 'Where a user is: battle, queue, connections.',
    argument: 'USER',
    options: [],
    run: (call, _, id) => shown(call('GET', `/admin/users/${at(id)}`), views.userView),
  },
  queues: {
    usage: '',
    about: 'Who waits, by format.',
    argument: null,
    options: [],
    run: (call) => shown(call('GET', '/admin/queues'), views.queuesView),
  },
  end: {
    usage: 'BATTLE --to p1|p2|void --note TEXT',
    about:
      'Ends a battle: void (unrated), or won by a side as if the other one had given up. Both can read the note.',
    argument: 'BATTLE',
    options: ['to', 'note'],
    run: (call, { to, note }, id) => {
      if (to !== 'p1' && to !== 'p2' && to !== 'void') throw new UsageError('--to must be p1, p2 or void.');
      if (!note) throw new UsageError('--note must say why.');
      return shown(
        call('POST', `/admin/battles/${at(id)}/end`, { to, note }),
        () => `${id} has ended: ${to === 'void' ? 'void' : `${to} has won`}.`,
      );
    },
  },
  drain: {
    usage: 'PROCESS',
    about: 'Makes a process hand everything over and end, as SIGTERM does.',
    argument: 'PROCESS',
    options: [],
    run: (call, _, id) =>
      shown(call('POST', `/admin/processes/${at(id)}/drain`), () => `${id} drains and ends.`),
  },
  announce: {
    usage: '--note TEXT [--at TIME]',
    about: 'Tells everybody who is connected of maintenance; TIME such as 2030-01-31T20:00Z, default now.',
    argument: null,
    options: ['note', 'at'],
    run: (call, { note, at: time }) => {
      if (!note) throw new UsageError('--note must say what.');
      const startsAt = time === undefined ? Date.now() : Date.parse(time);
      if (Number.isNaN(startsAt)) throw new UsageError('--at must be a time such as 2030-01-31T20:00Z.');
      return shown(
        call('POST', '/admin/announce', { message: note, startsAt }),
        () => 'Everybody who is connected is told.',
      );
    },
  },
  cleanup: {
    usage: '[--remove]',
    about: 'Counts what is orphaned or too old; with --remove removes it.',
    argument: null,
    options: ['remove'],
    run: (call, { remove }) =>
      shown(call('POST', `/health/cleanup?dryRun=${remove ? 0 : 1}`), views.cleanUpView),
  },
  outbox: {
    usage: '',
    about: 'Ended battles that wait to be recorded, and those that cannot be.',
    argument: null,
    options: [],
    run: (call) => shown(call('GET', '/admin/outbox'), views.outboxView),
  },
  retry: {
    usage: 'BATTLE | --all',
    about: 'Tries again to record what was set aside.',
    argument: 'BATTLE',
    isArgumentOptional: true,
    options: ['all'],
    run: (call, { all }, id) => {
      if ((id === '') === (all !== true)) throw new UsageError('Say which battle, or --all.');
      const path = all ? '/admin/outbox/retry' : `/admin/outbox/${at(id)}/retry`;
      return shown(
        call('POST', path),
        ({ retried }: { readonly retried: readonly string[] }) =>
          `${retried.length} tried again. Look at the outbox in a few seconds.`,
      );
    },
  },
};
