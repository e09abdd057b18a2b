/** A guest plays one battle and lets the server's `default` choose: `node client/examples/node.ts [url] [name]`. */
import { connect, EndureError } from '../src/endure.ts';

const [, , url = 'http://localhost:2567', name = 'Visitor'] = process.argv;

const client = await connect({ url, name });
console.log(`I am ${client.user.name}, waiting for an opponent.`);

const battle = await client.queue('gen9randombattle').battle;
console.log(`${battle.players.p1.name} against ${battle.players.p2.name}: ${battle.id}`);

battle.on('lines', ({ lines }) => console.log(lines.join('\n')));
battle.on('connection', (status) => console.log(`(${status})`));
battle.on('request', () => {
  battle.choose('default').catch((error: unknown) => {
    // It may be over before the choice is in.
    if (!(error instanceof EndureError && error.code === 'BATTLE_ENDED')) throw error;
  });
});
battle.on('ended', ({ winner, reason }) => {
  console.log(winner === client.user.id ? 'I won.' : `I did not win: ${reason}.`);
  client.close();
});
