import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createOwnerCheck } from '../../src/cluster/lost-owners.ts';
import { FakeScheduler } from '../support/fake-scheduler.ts';

describe('an owner that has ended a connection', () => {
  let owner: Server;
  let address: { host: string; port: number };
  let connections: number;
  beforeEach(async () => {
    connections = 0;
    owner = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(owner, 'listening');
    address = { host: '127.0.0.1', port: (owner.address() as AddressInfo).port };
  });
  afterEach(() => void owner.close());

  it('is lost when it takes no others, and is tried once for a crowd of them', async () => {
    owner.close();
    await once(owner, 'close');
    const scheduler = new FakeScheduler();
    const lost = Promise.withResolvers<void>();
    let times = 0;
    const check = createOwnerCheck(scheduler, () => {
      times += 1;
      lost.resolve();
    });
    for (let connection = 0; connection < 100; connection++) check(address);
    assert.equal(scheduler.pending, 1);
    await scheduler.pass(1_000);
    await lost.promise;
    assert.equal(times, 1);
  });

  it('is not lost while it takes others', async () => {
    const scheduler = new FakeScheduler();
    let isLost = false;
    const check = createOwnerCheck(scheduler, () => (isLost = true));
    check(address);
    const tried = once(owner, 'connection');
    await scheduler.pass(1_000);
    await tried;
    // It may be tried again once the answer is in.
    while (scheduler.pending === 0) {
      check(address);
      await new Promise(setImmediate);
    }
    assert.equal(isLost, false);
    assert.equal(connections, 1);
  });
});
