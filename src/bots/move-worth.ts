/** How much of a move's damage counts, where using it costs something besides the turn or often fails. */
const WORTH: Readonly<Record<string, number>> = {
  // The user faints.
  explosion: 0.4, selfdestruct: 0.4, mistyexplosion: 0.4, memento: 0,
  // The next turn is lost, or this one.
  hyperbeam: 0.55, gigaimpact: 0.55, blastburn: 0.55, frenzyplant: 0.55, hydrocannon: 0.55, rockwrecker: 0.55,
  roaroftime: 0.55, eternabeam: 0.55, prismaticlaser: 0.55, meteorassault: 0.55, solarbeam: 0.5, solarblade: 0.5,
  skyattack: 0.5, razorwind: 0.5, freezeshock: 0.5, iceburn: 0.5, geomancy: 0.5, dig: 0.5, fly: 0.5, dive: 0.5,
  bounce: 0.5, phantomforce: 0.6, shadowforce: 0.6, skullbash: 0.5, skydrop: 0.5, meteorbeam: 0.6, electroshot: 0.6,
  futuresight: 0.5, doomdesire: 0.5,
  // Only now and then does it work at all.
  focuspunch: 0.4, suckerpunch: 0.8, thunderclap: 0.8, dreameater: 0.1, lastresort: 0.2, belch: 0.2, snore: 0.1,
  synchronoise: 0.1, steelroller: 0.3, burnup: 0.6, doubleshock: 0.6,
  spitup: 0.1, fling: 0.4, naturalgift: 0.3, poltergeist: 0.85, upperhand: 0.2, counter: 0.3, mirrorcoat: 0.3,
  metalburst: 0.3, comeuppance: 0.3,
  // It leaves its user weaker.
  overheat: 0.9, dracometeor: 0.9, leafstorm: 0.9, psychoboost: 0.9, fleurcannon: 0.9, makeitrain: 0.95,
  superpower: 0.95, steelbeam: 0.7, mindblown: 0.7, chloroblast: 0.7,
}; // prettier-ignore

export function worthOf(id: string): number {
  return WORTH[id] ?? 1;
}
