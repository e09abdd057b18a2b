/** Showdown's ids as people call them. */

const NAMES: Readonly<Record<string, string>> = {
  raindance: 'Rain', sunnyday: 'Sun', sandstorm: 'Sandstorm', hail: 'Hail', snow: 'Snow', snowscape: 'Snow',
  primordialsea: 'Heavy rain', desolateland: 'Harsh sun', deltastream: 'Strong winds',
  electricterrain: 'Electric Terrain', grassyterrain: 'Grassy Terrain', mistyterrain: 'Misty Terrain',
  psychicterrain: 'Psychic Terrain', trickroom: 'Trick Room', magicroom: 'Magic Room', wonderroom: 'Wonder Room',
  gravity: 'Gravity', stealthrock: 'Stealth Rock', spikes: 'Spikes', toxicspikes: 'Toxic Spikes',
  stickyweb: 'Sticky Web', reflect: 'Reflect', lightscreen: 'Light Screen', auroraveil: 'Aurora Veil',
  tailwind: 'Tailwind', safeguard: 'Safeguard', mist: 'Mist', luckychant: 'Lucky Chant',
}; // prettier-ignore

const STATUSES: Readonly<Record<string, readonly [short: string, long: string]>> = {
  brn: ['BRN', 'burned'],
  par: ['PAR', 'paralyzed'],
  psn: ['PSN', 'poisoned'],
  tox: ['TOX', 'badly poisoned'],
  slp: ['SLP', 'asleep'],
  frz: ['FRZ', 'frozen'],
};

const STATS: Readonly<Record<string, string>> = {
  atk: 'Atk',
  def: 'Def',
  spa: 'SpA',
  spd: 'SpD',
  spe: 'Spe',
  accuracy: 'Acc',
  evasion: 'Eva',
};

export function effectName(id: string): string {
  return NAMES[id] ?? id.charAt(0).toUpperCase() + id.slice(1);
}

export function statusName(id: string): readonly [short: string, long: string] {
  return STATUSES[id] ?? [id.toUpperCase(), id];
}

export function statName(id: string): string {
  return STATS[id] ?? id;
}
