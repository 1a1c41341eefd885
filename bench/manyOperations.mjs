import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from './servers.mjs';

const needed = ['/health/ready', '/api/v1/users/me'];
const methods = ['get', 'put', 'post', 'delete', 'patch'];

/** Copies the built server, with `count` operations in its description. @returns {Promise<string>} the copy, in `folder` */
export async function copyWithOperations(folder, count) {
  const home = join(folder, `with-${count}-operations`);
  await mkdir(home);
  for (const name of ['dist', 'generated', 'package.json'])
    await cp(join(project, name), join(home, name), { recursive: true });
  await symlink(join(project, 'node_modules'), join(home, 'node_modules'));
  const description = JSON.parse(await readFile(join(project, 'generated', 'openapi.json'), 'utf8'));
  const changed = JSON.stringify({ ...description, paths: pathsWith(description.paths, count) });
  for (const name of ['openapi.json', 'openapi.yaml']) await writeFile(join(home, 'generated', name), changed);
  return home;
}

function pathsWith(all, count) {
  const names = Object.keys(all).sort((a, b) => needed.indexOf(b) - needed.indexOf(a));
  const operations = names.flatMap((path) => Object.entries(all[path]).map(([key, value]) => [path, key, value]));
  for (let number = 1; number <= count; number += 1) operations.push(added(number, all));
  const paths = {};
  let left = count;
  for (const [path, key, value] of operations) {
    if (methods.includes(key) && --left < 0) break;
    (paths[path] ??= {})[key] = value;
  }
  return paths;
}

/** Every other one has a path parameter, which takes longer to match. */
function added(number, all) {
  const [end, like] = number % 2 === 0 ? ['me', '/api/v1/users/me'] : ['{user_id}', '/api/v1/users/{user_id}'];
  return [`/api/v1/added-${number}/${end}`, 'get', { ...all[like].get, operationId: `added${number}` }];
}
