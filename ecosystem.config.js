/**
 * For pm2: `pm2 start ecosystem.config.js`, `pm2 reload endure`. WORKERS processes on consecutive ports from PORT on.
 * More than one is a cluster and needs REDIS_URL, DATABASE_URL and CLUSTER_SECRET in the environment.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const { scripts } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const { PORT = '2567', REDIS_URL, WORKERS } = process.env;

export const apps = [
  {
    name: 'endure',
    script: 'src/main.ts',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    // The one that npm installed: pm2's own may be too old.
    interpreter: fileURLToPath(new URL('node_modules/.bin/node', import.meta.url)),
    // As in npm start.
    node_args: scripts.start.split(' ').slice(1, -1),
    // Not pm2's cluster mode: its processes share a port, ours are told apart by theirs.
    exec_mode: 'fork',
    instances: Number(WORKERS ?? (REDIS_URL ? availableParallelism() : 1)),
    env: { PORT },
    increment_var: 'PORT',
    // A reload takes the next process down only when this one listens.
    wait_ready: true,
    listen_timeout: 60_000,
    // Longer than the process takes to hand its battles over, at most 15 s.
    kill_timeout: 20_000,
    // The server stops its embedded database itself, after the battles.
    treekill: false,
    exp_backoff_restart_delay: 200,
  },
];
