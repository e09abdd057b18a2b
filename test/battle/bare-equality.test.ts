import assert from 'node:assert/strict';
import { isProtocolLine } from './bare-equality-verifier.ts';
import { proveBareEquality } from './bare-equality.proof.ts';

describe('our battle and the bare sim', () => {
  it('give the same lines and requests', async () => {
    const figures = await proveBareEquality({ battles: 12, seed: 'small' });
    assert(figures.corrections > 0, 'no request was corrected');
  }).timeout(60_000);

  it('are told from what is no line by the verifier', () => {
    assert(isProtocolLine('|move|p1a: One|Tackle|p2a: Two'));
    assert(!isProtocolLine('|move|Tackle'));
    assert(!isProtocolLine('|nothing|p1a: One'));
  });
});
