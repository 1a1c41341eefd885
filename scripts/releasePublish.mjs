/**
 * `npm run release:publish -- <folder>`: pushes the image to GitHub's registry, and makes the GitHub release of the files that
 * `npm run release:files` has written. Run by .github/workflows/release.yml, in whose environment GITHUB_TOKEN may do both.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { project } from './contract/releases.mjs';

const [folder] = process.argv.slice(2);
const { GITHUB_ACTOR: actor, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = process.env;
if (!folder || !actor || !repository || !token) {
  console.error('Usage: GITHUB_ACTOR=… GITHUB_REPOSITORY=… GITHUB_TOKEN=… npm run release:publish -- <folder>');
  process.exit(1);
}

/** Runs a program in this terminal, and exits when it fails. */
function run(file, args, input = '') {
  const stdio = ['pipe', 'inherit', 'inherit'];
  const { status, error } = spawnSync(file, args, { cwd: fileURLToPath(project), env: process.env, input, stdio });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

const { version } = JSON.parse(readFileSync(new URL('package.json', project), 'utf8'));
// Names of images are in lower case.
const image = `ghcr.io/${repository.toLowerCase()}`;
const tags = [`${image}:${version}`, `${image}:latest`];
run('docker', ['login', 'ghcr.io', '--username', actor, '--password-stdin'], token);
run('docker', ['build', ...tags.flatMap((tag) => ['--tag', tag]), '.']);
for (const tag of tags) run('docker', ['push', tag]);

// Last: a release that people see is complete.
const files = readdirSync(join(folder, 'files')).map((name) => join(folder, 'files', name));
const texts = ['--title', version, '--notes-file', join(folder, 'notes.md')];
run('gh', ['release', 'create', `v${version}`, '--verify-tag', ...texts, ...files]);
