import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Hints in words for the few mistakes that the layer rules (.dependency-cruiser.cjs) cannot see. */
const noConsole = {
  selector: "MemberExpression[object.name='console']",
  message: 'Write to engine/lib/log.ts; only the command line prints.',
};
const noWallClock = {
  selector: "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Take the time from the injected Clock (engine/lib/clock.ts), so that tests can move it.',
};
const noRealPath = {
  selector: 'ImportDeclaration[source.value=/^(node:)?fs/]',
  message: 'Only engine/vfs/sandbox touches real paths; ask it for a Directory.',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', '.cache/', 'test/fixtures/', 'test-output/'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidOperator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' }],
      // noPropertyAccessFromIndexSignature wants the brackets that this rule would take away.
      '@typescript-eslint/dot-notation': 'off',
      eqeqeq: 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  { files: ['engine/**/*.ts'], ignores: ['engine/cli/**'], rules: { 'no-restricted-syntax': ['error', noConsole] } },
  {
    files: ['engine/rules/**/*.ts', 'engine/vfs/**/*.ts', 'engine/events/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noConsole, noWallClock] },
  },
  {
    files: ['engine/vfs/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noConsole, noWallClock, noRealPath] },
  },
  { files: ['renderer/**/*.ts', 'renderer/**/*.tsx'], extends: [reactHooks.configs.flat.recommended] },
  { files: ['**/*.config.ts', 'build/**/*.ts'], rules: { 'no-restricted-exports': 'off' } },
);
