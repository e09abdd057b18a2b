/** The shipped configuration of nginx made fit for a folder of one's own: any user, any port, its own files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Changes the copies in `folder`, and nothing but where they write and listen. Throws where that is not said as expected. */
export function localNginx(folder: string, port: number): void {
  mkdirSync(join(folder, 'log'), { recursive: true });
  const temporary = TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  edit(join(folder, 'nginx.conf'), [
    [/^worker_processes auto;$/m, `worker_processes 1; pid ${folder}/nginx.pid;`],
    // More than the limit of an ordinary account would only be warned of.
    [/^worker_rlimit_nofile \d+;$/m, ''],
    [/worker_connections \d+;/, 'worker_connections 512;'],
    [/^http \{$/m, `http { ${temporary}`],
    [/\/var\/log\/nginx\//g, `${folder}/log/`],
  ]);
  edit(join(folder, 'endure.conf'), [[/listen 80;/, `listen 127.0.0.1:${port};`]]);
}

function edit(path: string, changes: readonly (readonly [from: RegExp, to: string])[]): void {
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of changes) {
    if (text.search(from) < 0) throw new Error(`${path} has nothing like ${from.source}`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
}
