import { describe, expect, it } from '@jest/globals';
import { activeTraceparent, spanContextOf } from './trace-context.js';

describe('spanContextOf', () => {
  it('reads a traceparent', () => {
    expect(spanContextOf('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  ])('takes %s for none', (traceparent) => {
    expect(spanContextOf(traceparent)).toBeUndefined();
  });
});

describe('activeTraceparent', () => {
  it('is undefined outside of any span', () => {
    expect(activeTraceparent()).toBeUndefined();
  });
});
