import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { houseRules } from './tools/lint/house-rules.mjs';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.wardstream/**', 'deploy/local-kafka/libs/**'] },
  ...houseRules,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: {
        project: ['libs/*/tsconfig.json', 'services/*/tsconfig.json', 'tsconfig.spec.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  { files: ['**/*.spec.ts', 'bench/**', 'e2e/**'], rules: { 'max-lines': 'off', 'no-console': 'off' } },
  { files: ['tools/**', 'deploy/**', 'services/standalone/**'], rules: { 'no-console': 'off' } },
  prettier,
);
