import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Action } from './action.js';
import { outcome, performAction, undoLast } from './perform.js';
import { actionOfKeys, currentActions, offerActions } from './registry.js';

const roles = ['bed-manager'];
const an = (id: string, more: Partial<Action> = {}): Action => ({
  id,
  group: 'board',
  label: id,
  perform: () => undefined,
  ...more,
});

describe('what can be done', () => {
  it('is what is offered at the time, and of one id what was offered last', () => {
    const first = { current: [an('a', { label: 'of the board' }), an('b')] };
    const end = offerActions(first);
    const endSecond = offerActions({ current: [an('a', { label: 'of the page' })] });
    expect(currentActions().map(({ label }) => label)).toEqual(['of the page', 'b']);
    endSecond();
    first.current = [an('c')];
    expect(currentActions().map(({ id }) => id)).toEqual(['c']);
    end();
    expect(currentActions()).toEqual([]);
  });

  it('answers a key with what is on the page before what is on the whole board, whichever came first', () => {
    const ends = [
      offerActions({ current: [an('here', { group: 'here', keys: 'Escape' })] }),
      offerActions({ current: [an('board', { keys: 'Escape' }), an('other', { keys: 'x' })] }),
    ];
    expect([actionOfKeys('Escape')?.id, actionOfKeys('x')?.id, actionOfKeys('y')?.id]).toEqual([
      'here',
      'other',
      undefined,
    ]);
    ends.forEach((end) => end());
  });
});

describe('doing it', () => {
  beforeEach(() => outcome.set(null));

  it('does nothing for whom it is refused to, and says why', async () => {
    let done = 0;
    const perform = (): void => void (done += 1);
    await performAction(an('a', { permission: 'message.read', perform }), roles);
    expect(outcome.get()).toMatchObject({ at: 'refused', text: 'Your role cannot see messages.' });
    await performAction(an('a', { refusal: 'The bed is clean.', perform }), roles);
    expect(outcome.get()).toMatchObject({ at: 'refused', text: 'The bed is clean.' });
    expect(done).toBe(0);
  });

  it('says it was done only when it was, and takes it back once', async () => {
    let finish: (() => void) | undefined;
    let undone = 0;
    const perform = () =>
      new Promise<{ text: string; undo: () => Promise<string> }>((resolve) => {
        const undo = () => Promise.resolve(`undone ${(undone += 1)}`);
        finish = () => resolve({ text: '4A-01 assigned', undo });
      });
    const doing = performAction(an('a', { perform }), roles);
    expect(outcome.get()?.at).toBe('waiting');
    finish?.();
    await doing;
    expect(outcome.get()).toMatchObject({ at: 'done', text: '4A-01 assigned' });
    await undoLast();
    expect(outcome.get()).toMatchObject({ at: 'done', text: 'undone 1' });
    await undoLast();
    expect(undone).toBe(1);
  });

  it('says what the service refused, and of two what was asked for last', async () => {
    const problem = Object.assign(new Error('K.O. was first.'), { name: 'Problem' });
    const refused = () => Promise.reject(problem);
    await performAction(an('a', { perform: refused }), roles);
    expect(outcome.get()).toMatchObject({ at: 'refused', text: 'K.O. was first.' });
    let finish: (() => void) | undefined;
    const slow = performAction(
      an('slow', { perform: () => new Promise((resolve) => (finish = () => resolve({ text: 'slow' }))) }),
      roles,
    );
    await performAction(an('quick', { perform: () => Promise.resolve({ text: 'quick' }) }), roles);
    finish?.();
    await slow;
    expect(outcome.get()).toMatchObject({ at: 'done', text: 'quick' });
  });
});
