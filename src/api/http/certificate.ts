import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Config } from '../../config/config.js';
import { StartError } from '../../startError.js';

/** @throws StartError that names the setting of an unusable file */
export function readCertificate({ certFile, keyFile }: NonNullable<Config['tls']>) {
  const cert = readPem('TLS_CERT_FILE', certFile, (pem) => createSecureContext({ cert: pem }));
  const key = readPem('TLS_KEY_FILE', keyFile, (pem) => createSecureContext({ cert, key: pem }));
  return { cert, key };
}

function readPem(setting: string, file: string, check: (pem: Buffer) => unknown): Buffer {
  try {
    const pem = readFileSync(file);
    check(pem);
    return pem;
  } catch (error) {
    throw new StartError(`${setting}: ${file} cannot be used (${(error as Error).message}).`, error);
  }
}
