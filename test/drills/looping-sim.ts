/** To be imported before a server: a battle with this player in it loops for ever once its fifth turn begins. */
import { Battle } from '@pkmn/sim';

/** A display name. */
export const LOOPER = 'Looper';
const TURN = 5;

// oxlint-disable-next-line typescript/unbound-method -- It is called on the battle below.
const { makeRequest } = Battle.prototype;
Battle.prototype.makeRequest = function (type) {
  while (this.turn === TURN && this.sides.some(({ name }) => name === LOOPER));
  makeRequest.call(this, type);
};
