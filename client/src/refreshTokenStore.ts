/** Keeps the refresh token of a session. Whoever has the token has the session: store it as safely as a password. */
export interface RefreshTokenStore {
  /** Is called before each refresh. */
  read(): Promise<string | null | undefined> | string | null | undefined;
  /** Replaces the token; undefined removes it. */
  write(token: string | undefined): Promise<void> | void;
}

/** Where a client keeps its refresh token: in an HttpOnly cookie, in memory, or in a given store. */
export type RefreshTokenPlace = 'cookie' | 'memory' | RefreshTokenStore;

/** The store of a place; undefined for a cookie, which scripts cannot read. */
export function storeAt(place: RefreshTokenPlace = defaultPlace()): RefreshTokenStore | undefined {
  if (place === 'cookie') return undefined;
  return place === 'memory' ? memoryStore() : place;
}

/** Workers are not told apart: servers have some that look like those of browsers. */
function defaultPlace(): RefreshTokenPlace {
  return 'document' in globalThis ? 'cookie' : 'memory';
}

function memoryStore(): RefreshTokenStore {
  let held: string | undefined;
  return {
    read: () => held,
    write: (token) => {
      held = token;
    },
  };
}
