import ipaddr from 'ipaddr.js';
import type { Config } from '../../config/config.js';

/** A list of origins, or all that are on the same machine. */
export type AllowedOrigins = Config['corsOrigins'];

/** Whether pages of this origin may call the API with credentials. */
export function isAllowedOrigin(origin: string | undefined, allowed: AllowedOrigins): boolean {
  if (origin === undefined) return false;
  return allowed === 'loopback' ? isLoopback(origin) : allowed.includes(origin);
}

/** Whether an origin, as browsers write it, is `localhost` or a loopback address. */
function isLoopback(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.origin !== text || !/^https?:$/.test(url.protocol)) return false;
  if (/(^|\.)localhost$/.test(url.hostname)) return true;
  const address = url.hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
