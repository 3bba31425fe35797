import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConnectionSlots, type SlotHolder, type Standing } from './connection-slots.js';

class Peer implements SlotHolder {
  constructor(
    readonly name: string,
    readonly address: string,
    public now: Standing = 'silent',
  ) {}
  standing(): Standing {
    return this.now;
  }
}

const limits = { most: 4, mostPerAddress: 3, reserved: 1 };
/** `1a` is the connection a of address 1. */
const peer = (name: string, now?: Standing): Peer => new Peer(name, name[0]!, now);

function slotsWith(...peers: readonly Peer[]): ConnectionSlots<Peer> {
  const slots = new ConnectionSlots<Peer>(limits);
  for (const each of peers) slots.admit(each);
  return slots;
}

describe('ConnectionSlots', () => {
  it.each<[string, readonly Peer[], string, string]>([
    ['room', [peer('1a')], '2a', 'in'],
    [
      'an address at its limit: its own silent one makes room',
      [peer('2x'), peer('1a'), peer('1b', 'at-work'), peer('1c')],
      '1d',
      'in for 1a',
    ],
    [
      'before one whose first frame goes on',
      [peer('1a', 'slow'), peer('1b'), peer('1c', 'at-work')],
      '1d',
      'in for 1b',
    ],
    ['which makes room, too', [peer('1a', 'at-work'), peer('1b', 'slow'), peer('1c', 'slow')], '1d', 'in for 1b'],
    [
      'all at work: refused',
      [peer('1a', 'at-work'), peer('1b', 'at-work'), peer('1c', 'at-work')],
      '1d',
      'address-full',
    ],
    [
      'strangers fill what is not reserved: the oldest silent one makes room',
      [peer('1a'), peer('2a'), peer('3a')],
      '4a',
      'in for 1a',
    ],
    [
      'strangers at work: no stranger comes in',
      [peer('1a', 'at-work'), peer('2a', 'at-work'), peer('3a', 'at-work')],
      '4a',
      'full',
    ],
  ])('%s', (_, before, newcomer, expected) => {
    const outcome = slotsWith(...before).admit(peer(newcomer));
    const told = outcome.admitted
      ? outcome.insteadOf === null
        ? 'in'
        : `in for ${outcome.insteadOf.name}`
      : outcome.reason;
    expect(told).toBe(expected);
  });

  it('keeps a place for an address that was heard of', () => {
    const slots = slotsWith(peer('1a', 'at-work'), peer('2a', 'at-work'), peer('3a', 'at-work'));
    slots.heardFrom('9');
    expect(slots.admit(peer('9a'))).toEqual({ admitted: true, insteadOf: null });
    expect(slots.admit(peer('9b'))).toMatchObject({ admitted: true, insteadOf: { name: '9a' } });
  });

  it('never has more than its limits, and sends nobody away who is at work', () => {
    const acts = fc.array(
      fc.record({
        act: fc.constantFrom('come', 'go', 'work', 'slow', 'heard'),
        address: fc.constantFrom('1', '2', '3', '4', '5'),
        which: fc.nat(9),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(acts, (all) => {
        const slots = new ConnectionSlots<Peer>(limits);
        const inside = new Set<Peer>();
        for (const { act, address, which } of all) {
          const one = [...inside][which % Math.max(inside.size, 1)];
          if (act === 'come') {
            const newcomer = new Peer('', address);
            const outcome = slots.admit(newcomer);
            if (!outcome.admitted) continue;
            if (outcome.insteadOf !== null) {
              expect(outcome.insteadOf.now).not.toBe('at-work');
              expect(inside.delete(outcome.insteadOf)).toBe(true);
            }
            inside.add(newcomer);
          } else if (act === 'heard') slots.heardFrom(address);
          else if (one !== undefined && act === 'go') {
            slots.release(one);
            slots.release(one);
            inside.delete(one);
          } else if (one !== undefined) one.now = act === 'work' ? 'at-work' : 'slow';
          expect(slots.size).toBe(inside.size);
          expect(inside.size).toBeLessThanOrEqual(limits.most);
          for (const a of ['1', '2', '3', '4', '5'])
            expect([...inside].filter((p) => p.address === a).length).toBeLessThanOrEqual(limits.mostPerAddress);
        }
      }),
    );
  });
});
