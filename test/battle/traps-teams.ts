/** Pairs of packed teams that bring out the traps of the sim, most of them legal nowhere. */

const set = (species: string, item: string, ability: string, moves: string): string =>
  `${species}||${item}|${ability}|${moves}|Serious|1,,,,,|||||`;
const team = (...sets: readonly string[]): string => sets.join(']');

export interface TrapTeams {
  readonly format: string;
  readonly teams: readonly [string, string];
}

export const TRAP_TEAMS = {
  /** Arena Trap that nobody has been shown. */
  arenaTrap: {
    format: 'gen9ubers',
    teams: [
      team(set('Dugtrio', '', 'ArenaTrap', 'SandTomb,Toxic'), set('Wobbuffet', '', 'ShadowTag', 'Counter')),
      team(set('Toxapex', '', 'Regenerator', 'Toxic,Recover'), set('Snorlax', '', 'Immunity', 'Rest,Curse')),
    ],
  },
  arenaTrapGen3: {
    format: 'gen3ou',
    teams: [
      team(set('Dugtrio', '', 'ArenaTrap', 'Toxic,Rest'), set('Wobbuffet', '', 'ShadowTag', 'Counter')),
      team(set('Blissey', '', 'NaturalCure', 'Toxic,SoftBoiled'), set('Snorlax', '', 'Immunity', 'Rest')),
    ],
  },
  arenaTrapGen4: {
    format: 'gen4ou',
    teams: [
      team(set('Dugtrio', '', 'ArenaTrap', 'Toxic,Rest'), set('Wobbuffet', '', 'ShadowTag', 'Counter')),
      team(set('Blissey', '', 'NaturalCure', 'Toxic,SoftBoiled'), set('Snorlax', '', 'Immunity', 'Rest')),
    ],
  },
  /** Imprison disables what the foe does not know to be disabled. */
  imprison: {
    format: 'gen9ubers',
    teams: [
      team(set('Gengar', '', 'CursedBody', 'Imprison,ShadowBall,Toxic'), set('Gastly', '', 'Levitate', 'Imprison,Toxic')),
      team(set('Mismagius', '', 'Levitate', 'ShadowBall,Toxic,WillOWisp'), set('Gastly', '', 'Levitate', 'Curse,Toxic')),
    ],
  },
  imprisonGen4: {
    format: 'gen4ou',
    teams: [
      team(set('Gengar', '', 'Levitate', 'Imprison,ShadowBall,Toxic'), set('Gastly', '', 'Levitate', 'Imprison,Toxic')),
      team(set('Mismagius', '', 'Levitate', 'ShadowBall,Toxic,WillOWisp'), set('Gastly', '', 'Levitate', 'Curse,Toxic')),
    ],
  },
  /** An explosion leaves one of two standing, on one side with nobody to come in, on the other with a revival. */
  revival: {
    format: 'gen9randomdoublesbattle',
    teams: [
      team(
        set('Rabsca', '', 'Telepathy', 'RevivalBlessing,Protect'),
        set('Electrode', '', 'Static', 'Explosion,Protect'),
        set('Chansey', '', 'NaturalCure', 'SoftBoiled'),
      ),
      team(
        set('Electrode', '', 'Static', 'Explosion,Protect'),
        set('Blissey', '', 'NaturalCure', 'SoftBoiled,Protect'),
      ),
    ],
  },
  /** A Commander in its Dondozo. */
  commander: {
    format: 'gen9randomdoublesbattle',
    teams: [
      team(set('Dondozo', '', 'Unaware', 'OrderUp,WaveCrash'), set('Tatsugiri', '', 'Commander', 'Memento,MuddyWater'), set('Rabsca', '', 'Telepathy', 'RevivalBlessing,Psychic')),
      team(set('Electrode', '', 'Static', 'Explosion'), set('Golem', '', 'RockHead', 'Explosion'), set('Pawmot', '', 'IronFist', 'RevivalBlessing'), set('Glimmora', '', 'ToxicDebris', 'Explosion,PowerGem')),
    ],
  },
  /** Doubles in which the last one standing is perhaps trapped. */
  doublesTrap: {
    format: 'gen9randomdoublesbattle',
    teams: [
      team(set('Dugtrio', '', 'ArenaTrap', 'Protect,Toxic'), set('Blissey', '', 'NaturalCure', 'SoftBoiled')),
      team(set('Toxapex', '', 'Regenerator', 'Recover,Toxic'), set('Snorlax', '', 'Immunity', 'Rest,Curse'), set('Chansey', '', 'NaturalCure', 'SoftBoiled')),
    ],
  },
  wrap: {
    format: 'gen1ou',
    teams: [
      team(set('Dragonite', '', '', 'Wrap,Agility'), set('Arbok', '', '', 'Wrap,Glare')),
      team(set('Snorlax', '', '', 'BodySlam,Rest,Amnesia'), set('Chansey', '', '', 'SoftBoiled,Toxic')),
    ],
  },
  sleep: {
    format: 'gen1ou',
    teams: [
      team(set('Gengar', '', '', 'Hypnosis,NightShade'), set('Jynx', '', '', 'LovelyKiss,IcePunch')),
      team(set('Gengar', '', '', 'Hypnosis,NightShade'), set('Jynx', '', '', 'LovelyKiss,IcePunch')),
    ],
  },
  /** Torment and one move: Struggle every other turn. */
  struggle: {
    format: 'gen4ou',
    teams: [
      team(set('Spiritomb', '', 'Pressure', 'Torment,Rest'), set('Blissey', '', 'NaturalCure', 'SoftBoiled')),
      team(set('Blissey', '', 'NaturalCure', 'SeismicToss'), set('Chansey', '', 'NaturalCure', 'SeismicToss')),
    ],
  },
} as const satisfies Record<string, TrapTeams>; // prettier-ignore
