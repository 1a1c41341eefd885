import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../', import.meta.url));
/** What is asked here, and what says that the server is ready: they stay. */
const needed = ['/api/v1/users/me', '/health/ready'];
const methods = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * A copy of the built server whose description has so many operations: others are left out, or more are added at new
 * paths.
 * @param {string} scratch a folder to make it in
 * @param {number} count
 * @returns {Promise<string>} its folder
 */
export async function projectWithOperations(scratch, count) {
  const folder = join(scratch, `with-${count}-operations`);
  await mkdir(folder, { recursive: true });
  for (const name of ['dist', 'generated', 'package.json'])
    await cp(join(project, name), join(folder, name), { recursive: true });
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  const description = JSON.parse(await readFile(join(project, 'generated', 'openapi.json'), 'utf8'));
  const changed = JSON.stringify({ ...description, paths: pathsWith(description.paths, count) });
  // JSON is YAML, too.
  for (const name of ['openapi.json', 'openapi.yaml']) await writeFile(join(folder, 'generated', name), changed);
  return folder;
}

function pathsWith(all, count) {
  const paths = structuredClone(Object.fromEntries(needed.map((path) => [path, all[path]])));
  const others = Object.entries(all).filter(([path]) => !needed.includes(path));
  for (let missing = count - operationsIn(paths); missing > 0; missing = count - operationsIn(paths)) {
    const [path, item] = others.shift() ?? added(missing, all);
    const surplus = methods.filter((method) => item[method]).slice(missing);
    paths[path] = Object.fromEntries(Object.entries(item).filter(([name]) => !surplus.includes(name)));
  }
  return paths;
}

/** Every other one has a parameter, which takes longer to find. */
function added(number, all) {
  const [end, like] = number % 2 === 0 ? ['me', '/api/v1/users/me'] : ['{user_id}', '/api/v1/users/{user_id}'];
  return [`/api/v1/added-${number}/${end}`, { get: { ...all[like].get, operationId: `added${number}` } }];
}

function operationsIn(paths) {
  return Object.values(paths).flatMap((item) => methods.filter((method) => item[method])).length;
}
