/** The import rules of docs/architecture.md. */

/** A room may import itself and these rooms of ours, and nothing else of ours. */
const room = (name, mayImport) => ({
  name: `${name}-imports`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    path: '^(src|generated|test)/',
    pathNot: ['^src/(errors|startError)\\.ts$', ...[name, ...mayImport].map((other) => `^(src/)?${other}/`)],
  },
});

/** A package that only these places may import. */
const only = (name, allowed) => ({
  name: `${name}-only-where-it-belongs`,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: `(^|/)node_modules/(@types/)?${name}/` },
});

/** What all others may import. */
const base = ['domain', 'config', 'security', 'observability'];

module.exports = {
  forbidden: [
    room('api', ['services', ...base, 'generated']),
    room('commands', ['api', 'services', 'repositories', ...base]),
    room('jobs', ['services', 'repositories', ...base]),
    room('services', ['repositories', 'integrations', ...base]),
    room('integrations', base),
    room('repositories', ['models', ...base]),
    room('redis', ['repositories', ...base]),
    room('models', ['domain']),
    room('db', base),
    ...base.map((name) => room(name, base)),
    {
      name: 'client-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|generated|test)/' },
    },
    only('express', ['^src/api/']),
    only('sequelize', ['^src/(models|repositories|db|bootstrap)/']),
    only('@redis/client', ['^src/redis/']),
    only('prom-client', ['^src/observability/(metrics|workerMetrics)\\.ts$']),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-test-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-development-packages-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '/@types/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They import what generators write.
    exclude: { path: '^test/interop/generators/[^/]+/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types', 'default'] },
  },
};
