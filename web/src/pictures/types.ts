/** Colours of the types: [fill, ink on it]. Contrast of each pair is at least 4.5:1. */
export const TYPE_COLOURS: Readonly<Record<string, readonly [fill: string, ink: string]>> = {
  Normal: ['#a3a48a', '#14161f'],
  Fire: ['#f2803a', '#14161f'],
  Water: ['#5b93ee', '#14161f'],
  Electric: ['#f6c52c', '#14161f'],
  Grass: ['#71bf52', '#14161f'],
  Ice: ['#8fd8d4', '#14161f'],
  Fighting: ['#b93730', '#ffffff'],
  Poison: ['#8f3f92', '#ffffff'],
  Ground: ['#d9b85f', '#14161f'],
  Flying: ['#a592ee', '#14161f'],
  Psychic: ['#f7608b', '#14161f'],
  Bug: ['#a6b626', '#14161f'],
  Rock: ['#b5a03b', '#14161f'],
  Ghost: ['#5f4a86', '#ffffff'],
  Dragon: ['#5a2df0', '#ffffff'],
  Dark: ['#58473b', '#ffffff'],
  Steel: ['#b0b1c8', '#14161f'],
  Fairy: ['#ee9bb4', '#14161f'],
  Stellar: ['#40b5a5', '#14161f'],
  '???': ['#68a090', '#14161f'],
};

export function colourOf(type: string): readonly [fill: string, ink: string] {
  return TYPE_COLOURS[type] ?? TYPE_COLOURS['Normal']!;
}
