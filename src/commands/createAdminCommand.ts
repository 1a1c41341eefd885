import { createAdmin } from '../services/createAdmin.js';
import { takesOne, type Command } from './command.js';
import { isNewAddress } from './isNewAddress.js';

export const createAdminCommand: Command = {
  help: `Usage: create-admin EMAIL [--verified]

Gives the account with this address the role admin, or creates an account, whose owner chooses a password by the link that is
printed. If an account's address is not confirmed, it may be a stranger's: then it keeps its name, but its password, sessions
and links stop working, and a link to choose a password is printed.

  --verified   You know that the account belongs to the owner of the address: it counts as confirmed, and the account keeps
               its password and sessions.

Examples:
  npm run admin -- create-admin ada@example.com
  npm run admin -- create-admin ada@example.com --verified
  node dist/admin.js create-admin ada@example.com             in the image`,
  takes: takesOne,
  takesVerified: true,
  run: async ({ argument: email, isVerified }, { config, store, hasher, actionTokens }) => {
    const address = { text: email, mayBeNew: await isNewAddress(email) };
    const admin = await createAdmin(address, isVerified, { store, passwords: hasher, tokens: actionTokens });
    console.log(`${email} is an administrator now.`);
    if (admin.outcome === 'promoted') return 0;
    if (admin.outcome === 'voided') console.log(whatWasVoided(admin.sessions));
    console.log('Choose a password within a day:');
    console.log(`${config.mail.frontendUrl}/reset-password#token=${admin.token}`);
    console.log(`or: POST /auth/reset-password {"token": "${admin.token}", "password": "..."}`);
    return 0;
  },
};

function whatWasVoided(sessions: number): string {
  return `Nobody has confirmed this address yet, so the account may be a stranger's. It keeps its name, but its password and its links no
longer work, and its sessions have ended (${sessions}). If you know that an account belongs to the owner of its address, use --verified:
it then keeps them.`;
}
