/** `redocly diff`, whose rules and their impacts stand in redocly.yaml. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { project } from './releases.mjs';

/** The changes from one description to another, as `redocly diff --format json` reports them. */
export async function redoclyDiff(base, revision) {
  const redocly = fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', project));
  const scratch = await mkdtemp(join(tmpdir(), 'contract-diff-'));
  const [before, after, report] = ['base.json', 'revision.json', 'report.json'].map((name) => join(scratch, name));
  try {
    await writeFile(before, JSON.stringify(base));
    await writeFile(after, JSON.stringify(revision));
    const args = [redocly, 'diff', before, after, '--format', 'json', '--output', report, '--fail-on', 'none'];
    await promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(project) });
    return JSON.parse(await readFile(report, 'utf8')).changes;
  } finally {
    await rm(scratch, { recursive: true });
  }
}
