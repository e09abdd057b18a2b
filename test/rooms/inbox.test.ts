import assert from 'node:assert/strict';
import { Inbox } from '../../src/rooms/inbox.ts';
import { settle } from '../support/fake-scheduler.ts';

/** A job that is done when told so. */
function slow<T>(answer: T): { readonly task: () => Promise<T>; readonly finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { task: () => promise, finish: () => resolve(answer) };
}

const never = async (): Promise<void> => assert.fail('there was no fault');

describe('an inbox', () => {
  it('does one job at a time, in order', async () => {
    const inbox = new Inbox(never);
    const order: string[] = [];
    const first = slow('first');
    const jobs = [
      inbox.run(first.task, String),
      ...['second', 'third'].map((name) => inbox.run(async () => void order.push(name), String)),
    ];
    await settle();
    assert.deepEqual(order, []);
    first.finish();
    assert.deepEqual(await Promise.all(jobs), ['first', undefined, undefined]);
    assert.deepEqual(order, ['second', 'third']);
  });

  it('takes a job from within a job after those that wait', async () => {
    const inbox = new Inbox(never);
    const order: string[] = [];
    await Promise.all([
      inbox.run(async () => {
        await settle();
        void inbox.run(async () => void order.push('inner'), String);
      }, String),
      inbox.run(async () => void order.push('outer'), String),
    ]);
    await settle();
    assert.deepEqual(order, ['outer', 'inner']);
  });

  it('refuses what waits, and goes on with what is being done', async () => {
    const inbox = new Inbox(never);
    const first = slow('done');
    const running = inbox.run(first.task, String);
    const waiting = [1, 2].map(() => inbox.run(async () => assert.fail('was done'), String));
    inbox.refuseWaiting();
    assert.deepEqual(await Promise.all(waiting), ['REDIS_UNAVAILABLE', 'REDIS_UNAVAILABLE']);
    const later = inbox.run(async () => 'later', String);
    first.finish();
    assert.deepEqual([await running, await later], ['done', 'later']);
  });

  it('has a fault looked after before it answers and goes on', async () => {
    const order: string[] = [];
    const inbox = new Inbox(async (error) => {
      await settle();
      order.push(String(error));
    });
    const failed = inbox.run(async () => Promise.reject(new Error('bad')), String);
    const next = inbox.run(async () => void order.push('next'), String);
    assert.equal(await failed, 'SERVER_ERROR');
    await next;
    assert.deepEqual(order, ['Error: bad', 'next']);
  });
});
