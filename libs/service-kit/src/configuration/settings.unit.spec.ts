import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigurationError, flag, list, port, readSettings, setting } from './settings.js';

const settings = {
  mllpPort: setting('X_PORT', port.default(2575), 'port'),
  brokers: setting('X_BROKERS', list.optional(), 'brokers'),
  open: setting('X_OPEN', flag.default(false), 'open'),
  secret: setting('X_SECRET', z.string().min(32, 'at least 32 characters'), 'secret'),
};
const secret = 's'.repeat(40);

describe('settings', () => {
  it('reads, coerces and takes defaults; an empty variable is none', () => {
    expect(readSettings(settings, { X_SECRET: secret, X_BROKERS: 'a:1, b:2,', X_PORT: '' })).toEqual({
      mllpPort: 2575,
      brokers: ['a:1', 'b:2'],
      open: false,
      secret,
    });
  });

  it('reports every fault at once by variable, and repeats no value', () => {
    try {
      readSettings(settings, { X_SECRET: 'hunter2', X_PORT: '70000', X_OPEN: 'perhaps' });
      throw new Error('not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      const { faults, message } = error as ConfigurationError;
      expect(faults).toHaveLength(3);
      for (const variable of ['X_PORT', 'X_OPEN', 'X_SECRET']) expect(message).toContain(variable);
      for (const value of ['hunter2', 'perhaps']) expect(message).not.toContain(value);
    }
  });
});
