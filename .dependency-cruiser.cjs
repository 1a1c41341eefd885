/** The import rules of docs/architecture.md. */

/** A room may import itself and these rooms of ours, and nothing else of ours. */
const room = (name, mayImport) => ({
  name: `${name}-imports`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^(src|generated|test)/', pathNot: [name, ...mayImport].map((other) => `^(src/)?${other}/`) },
});

/** A package that only these places may import. */
const only = (name, allowed) => ({
  name: `${name}-only-where-it-belongs`,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed },
  to: { path: `(^|/)node_modules/(@types/)?${name}/` },
});

module.exports = {
  forbidden: [
    room('api', ['services', 'domain', 'core', 'generated']),
    room('jobs', ['services', 'repositories', 'domain', 'core']),
    room('services', ['repositories', 'integrations', 'domain', 'core']),
    room('integrations', ['domain', 'core']),
    room('repositories', ['models', 'domain', 'core']),
    room('redis', ['repositories', 'domain', 'core']),
    room('models', ['domain', 'core']),
    room('db', ['models', 'core']),
    room('domain', []),
    room('core', []),
    only('express', ['^src/api/', '^src/app\\.ts$']),
    only('sequelize', ['^src/(models|repositories|db|processes)/', '^src/app\\.ts$']),
    only('@redis/client', ['^src/redis/']),
    only('prom-client', ['^src/core/(metrics|workerMetrics)\\.ts$']),
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
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types', 'default'] },
  },
};
