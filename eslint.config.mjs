import prettier from 'eslint-config-prettier';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
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
  {
    files: ['services/board-web/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    extends: [jsxA11y.flatConfigs.recommended],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // A menu, a list of options and a row of a table are what their role says; what moves the focus is on them.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { tags: ['li', 'tr'], roles: ['tabpanel', 'region', 'group'] }],
      // Keys that bubble to what is around (Escape of a form, arrows of a board) make no button of it; clicks would.
      'jsx-a11y/no-noninteractive-element-interactions': [
        'error',
        { handlers: ['onClick', 'onMouseDown', 'onMouseUp'] },
      ],
      'jsx-a11y/no-static-element-interactions': ['error', { handlers: ['onClick', 'onMouseDown', 'onMouseUp'] }],
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }],
    },
  },
  // Its one field is all there is on the page.
  { files: ['services/board-web/src/sign-in/**/*.tsx'], rules: { 'jsx-a11y/no-autofocus': 'off' } },
  { files: ['**/*.spec.ts', 'bench/**', 'e2e/**'], rules: { 'max-lines': 'off', 'no-console': 'off' } },
  { files: ['tools/**', 'deploy/**', 'services/standalone/**'], rules: { 'no-console': 'off' } },
  prettier,
);
