import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Routes come from the description alone: nothing registers one by hand. */
const noHandWrittenRoutes = {
  selector:
    'CallExpression[callee.object.name=/^(app|router)$/][callee.property.name=/^(all|delete|get|head|options|patch|post|put|route)$/]',
  message: 'Routes come from the description: add the operation there.',
};

/** Node and our packages are used by their documented interfaces. */
const documentedInterfacesOnly = [
  {
    selector:
      ':matches(MemberExpression[object.type!="ThisExpression"] > Identifier.property[name=/^_/], MemberExpression > Literal.property[value=/^_/], ObjectPattern > Property > Identifier.key[name=/^_/])',
    message: 'A name that begins with an underscore is private.',
  },
  {
    selector:
      ':matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, TSImportType) Literal[value=/^[^.].*\\/dist\\//]',
    message: 'Import from the package, not from its dist folder.',
  },
  {
    selector: 'MemberExpression[object.name="require"][property.name="cache"]',
    message: 'The cache of loaded modules is not ours to change.',
  },
  {
    selector: 'Identifier[name="setFlagsFromString"]',
    message: 'Options of V8 belong on the command line of `npm start`, where they are documented.',
  },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/generated/',
      'coverage/',
      '**/node_modules/',
      '.data/',
      // Compiled with the code that generators write, and only then.
      'test/interop/generators/*/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Handlers promise by contract, whether they wait for something or not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      // `noPropertyAccessFromIndexSignature` asks for the brackets.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      complexity: ['error', 8],
      'max-depth': ['error', 3],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', noHandWrittenRoutes, ...documentedInterfacesOnly],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, in config/config.' },
      ],
    },
  },
  { files: ['src/config/config.ts', 'src/db/embedded/clusterHome.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['src/server.ts', 'src/migrate.ts', 'src/admin.ts', 'src/commands/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['client/src/**/*.ts'],
    rules: {
      complexity: ['error', 8],
      'max-depth': ['error', 3],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', ...documentedInterfacesOnly],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        Buffer: 'readonly',
        URL: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        module: 'writable',
        performance: 'readonly',
        process: 'readonly',
        require: 'readonly',
        setImmediate: 'readonly',
        setInterval: 'readonly',
        setTimeout: 'readonly',
        structuredClone: 'readonly',
      },
    },
  },
  {
    files: ['src/api/openapi/docsPage/*.js'],
    languageOptions: { globals: { SwaggerUIBundle: 'readonly', window: 'readonly' } },
  },
);
