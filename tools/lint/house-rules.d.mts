import type { Linter } from 'eslint';

/** The layers of the house as flat configuration. */
export const houseRules: Linter.Config[];
