import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Typed rules: types find real faults. Budgets and ranks are judged by architecture.test.ts. */
export default tseslint.config(
  { ignores: ['src/generated/**', '**/bin/**', '**/obj/**', 'dist/**'] },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['test/tsconfig.json'], tsconfigRootDir: process.cwd() },
    },
    rules: {
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      // Control characters are exactly what some patterns look for.
      'no-control-regex': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-readonly-parameter-types': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // There are no classes to lose their `this`, and text of a JSON value is often wanted.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      // Ports are asynchronous by contract; an adapter in memory need not wait for anything.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as expect.any() are of type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(
        'Buffer TextDecoder TextEncoder URL console performance process setTimeout structuredClone'
          .split(' ')
          .map(name => [name, 'readonly']),
      ),
    },
  },
);
