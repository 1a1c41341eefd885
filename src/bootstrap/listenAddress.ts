/** Whether HOST means every interface. */
function isEveryInterface(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** HOST as `server.listen` takes it: without one, Node.js listens on `::`, or on `0.0.0.0` where there is no IPv6. */
export function listenHost(host: string): string | undefined {
  return host === '::' ? undefined : host;
}

/** The address at which this machine reaches a server that listens on HOST. */
export function localHost(host: string): string {
  return isEveryInterface(host) ? '127.0.0.1' : host;
}

/** `localHost` as in a URL. */
export function urlHost(host: string): string {
  const local = localHost(host);
  return local.includes(':') ? `[${local}]` : local;
}
