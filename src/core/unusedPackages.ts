import { createRequire } from 'node:module';

/*
 * Some packages load others for what this server never asks of them. They are left out: 4 MB of each process that takes
 * requests, and a twelfth of its start (docs/performance.md). Loaded before those packages; whoever asks one after all is
 * told so.
 */
const require = createRequire(import.meta.url);

leaveOut('cron-parser', { loadedBy: 'pg-boss', standIn: refusing('cron-parser') }); // for schedules
leaveOut('multer', { loadedBy: 'express-openapi-validator', standIn: refusing('multer') }); // for uploads
leaveOut('@apidevtools/json-schema-ref-parser', {
  // For a description in several files, which `npm run generate` puts into one.
  loadedBy: 'express-openapi-validator',
  standIn: refusing('@apidevtools/json-schema-ref-parser'),
});
leaveOut('wkx', { loadedBy: 'sequelize', standIn: refusing('wkx') }); // for geometry
leaveOut('moment-timezone/data/packed/latest.json', {
  // For time zones by their names: connections are in UTC.
  loadedBy: 'sequelize',
  standIn: { version: 'left out', zones: [], links: [], countries: [] },
});

/** Has `require` find something else in place of what a package would load. */
function leaveOut(name: string, { loadedBy, standIn }: { loadedBy: string; standIn: object }): void {
  const filename = createRequire(require.resolve(loadedBy)).resolve(name);
  if (require.cache[filename]) return;
  const module = { id: filename, filename, loaded: true, exports: standIn, children: [], paths: [] };
  require.cache[filename] = module as unknown as NodeJS.Module;
}

/** Refuses to be called, and to have any property but the one that tells a module's kind. */
function refusing(name: string): object {
  const refuse = (): never => {
    throw new Error(`The package ${name} is left out. If it is needed now, remove it from core/unusedPackages.ts.`);
  };
  return new Proxy(refuse, { get: (_, property) => (property === '__esModule' ? undefined : refuse()) });
}
