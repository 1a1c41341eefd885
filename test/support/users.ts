import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const isRoot = process.getuid?.() === 0;

/** Options of a process that must not run as root: the user nobody if root runs the tests. */
export async function ordinaryUser(): Promise<{ user?: { uid: number; gid: number } }> {
  if (!isRoot) return {};
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { user: { uid: Number(uid.stdout), gid: Number(gid.stdout) } };
}
