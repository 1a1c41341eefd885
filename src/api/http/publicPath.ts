/**
 * The path of PUBLIC_URL, which a proxy removes from requests and clients need.
 * @returns such as `/accounts`, or an empty string
 */
export function publicPath(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
}
