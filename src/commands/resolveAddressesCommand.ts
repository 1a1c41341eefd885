import { listSharedAddresses, removeSharing, renameSharing, type SharedAddress } from '../services/sharedAddresses.js';
import { StartError } from '../startError.js';
import type { Command } from './command.js';
import { isNewAddress } from './isNewAddress.js';

/** Numbers of arguments, by action. */
const argumentsOf: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['remove', 1],
  ['rename', 2],
]);

export const resolveAddressesCommand: Command = {
  help: `Usage: resolve-addresses [remove ID | rename ID EMAIL]

Lists the accounts that share an address. Earlier versions took one address for two when its domain was written in Unicode and
in ASCII, and no migration starts while there are such accounts. Remove or rename all but one account of each address. This
works before the migration, while the earlier version serves requests.

Sessions and the confirmation of the address help to find the account to keep. An account whose address is not confirmed may
be a stranger's.

  remove ID         Removes this account with its sessions and links. This cannot be undone.
  rename ID EMAIL   Gives this account another address, which counts as not confirmed. It keeps its password and sessions.

Examples:
  npm run admin -- resolve-addresses
  npm run admin -- resolve-addresses remove 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11
  npm run admin -- resolve-addresses rename 0198c6a4-6f0e-7c3b-9d55-2f6f4f0c8a11 bob@example.com
  node dist/admin.js resolve-addresses                        in the image`,
  takes: ({ argument: action, others }) => argumentsOf.get(action) === others.length,
  takesOldTables: true,
  run: async ({ argument: action, others: [id = '', email = ''] }, { store, guard }) => {
    if (action === 'remove') {
      await removeSharing(store, id, guard);
      console.log(`Removed ${id}.`);
    }
    if (action === 'rename') {
      if (!(await isNewAddress(email))) throw new StartError(`${email} is not an email address.`);
      await renameSharing(store, id, email);
      console.log(`${id} has the address ${email} now.`);
    }
    const shared = await listSharedAddresses(store);
    console.log(shared.map(describeShared).join('\n') || 'No accounts share an address. You can migrate now.');
    return 0;
  },
};

function describeShared({ email, accounts }: SharedAddress): string {
  const lines = accounts.map((account) => {
    const confirmed = account.emailVerifiedAt ? 'confirmed' : 'not confirmed';
    const details = [
      account.role,
      account.isActive ? 'active' : 'inactive',
      confirmed,
      `sessions: ${account.sessions}`,
    ];
    return `  ${account.id}  ${account.email}  created ${account.createdAt.toISOString()}, ${details.join(', ')}`;
  });
  return [email, ...lines].join('\n');
}
