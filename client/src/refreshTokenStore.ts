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

/** Pages and workers of a browser have cookies. */
function defaultPlace(): RefreshTokenPlace {
  const isBrowser = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;
  return isBrowser ? 'cookie' : 'memory';
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
