import { proveBrowser } from '../web/browser.proof.ts';
import type { Proof } from './proof.ts';

const SIZE = {
  byClicks: [
    'gen9randombattle',
    'gen9randomdoublesbattle',
    'gen8randombattle',
    'gen7randombattle',
    'gen1randombattle',
    'gen9ou',
    'gen9vgc2025regi',
  ],
  byKeys: ['gen9randombattle', 'gen9randomdoublesbattle'],
  duels: ['gen9randombattle', 'gen9randomdoublesbattle', 'gen1randombattle'],
  reloads: 2,
  kills: 2,
  ladderBattles: 12,
};

export const proof: Proof = {
  claim:
    'In Chromium guests play the bot to the end by clicks and by the keyboard alone, two pages play each other to the end through reloads and kills of the server without being loaded anew, replays play to the end, the ladder moves while bots play, a first load weighs under 300 kB, no page asks another host, nothing overflows at 360 px, and axe has no serious finding on any page.',
  seed: 1,
  run: (_seed, report) => proveBrowser(SIZE, report),
};
