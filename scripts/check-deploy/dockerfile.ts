/** The Dockerfile, as far as it can be judged without Docker: its instructions, what it copies, who runs. */
import { existsSync, readFileSync } from 'node:fs';

export interface Instruction {
  readonly name: string;
  readonly args: string;
}

const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** With continued lines joined and comments left out. */
export function instructionsOf(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', args = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      return { name, args };
    });
}

/** What a stage takes from the repository, by paths relative to its root. The last stage has no name. */
export function copiedInto(text: string, stageName?: string): string[] {
  const all = instructionsOf(text);
  const begin = all.findLastIndex(
    ({ name, args }) => name === 'FROM' && (stageName === undefined || args.endsWith(` AS ${stageName}`)),
  );
  const next = all.findIndex(({ name }, index) => name === 'FROM' && index > begin);
  return all
    .slice(begin, next < 0 ? undefined : next)
    .filter(({ name, args }) => name === 'COPY' && !args.startsWith('--from'))
    .flatMap(({ args }) => sourcesOf(args));
}

export function checkDockerfile(root: string, path: string): string[] {
  const all = instructionsOf(readFileSync(`${root}${path}`, 'utf8'));
  const last = all.findLastIndex(({ name }) => name === 'FROM');
  const unknown = all.filter(({ name }) => !KNOWN.has(name)).map(({ name }) => `has an instruction ${name}`);
  const missing = all
    .filter(({ name, args }) => name === 'COPY' && !args.startsWith('--'))
    .flatMap(({ args }) => sourcesOf(args))
    .filter((source) => !existsSync(`${root}${source}`))
    .map((source) => `copies ${source}, which is not there`);
  const lacking = ['USER', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']
    .filter((name) => !all.slice(last).some((instruction) => instruction.name === name))
    .map((name) => `has no ${name} in its last stage`);
  return [...unknown, ...missing, ...lacking];
}

function sourcesOf(args: string): string[] {
  return args.split(/\s+/).slice(0, -1);
}
