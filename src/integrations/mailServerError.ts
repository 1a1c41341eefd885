/** An error of Nodemailer. */
interface SmtpError extends Error {
  code?: string;
  /** Node's code, where Nodemailer has set one of its own. */
  originalCode?: string;
  response?: string;
  responseCode?: number;
  command?: string;
}

const trustIt =
  'add the option tls.ca=<PEM file of its certificate>, or tls.rejectUnauthorized=false to trust any server';

/** What to change in SMTP_URL, by Node's code for a TLS handshake that failed. */
const remedies: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: trustIt,
  SELF_SIGNED_CERT_IN_CHAIN: trustIt,
  UNABLE_TO_GET_ISSUER_CERT: trustIt,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: trustIt,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: trustIt,
  CERT_HAS_EXPIRED: 'until it is renewed, add the option tls.rejectUnauthorized=false to trust any server',
  ERR_TLS_CERT_ALTNAME_INVALID: 'add the option tls.servername=<name in its certificate>',
  ERR_SSL_WRONG_VERSION_NUMBER: 'this port does not begin with TLS, use smtp:// instead of smtps://',
};

function withRemedy(error: SmtpError): Error {
  const remedy = remedies[error.originalCode ?? ''];
  if (remedy === undefined) return error;
  return new Error(`No TLS connection to the mail server: ${error.message}. In SMTP_URL: ${remedy}.`, { cause: error });
}

/**
 * What to log about a mail that could not be sent, with the remedy if there is one in SMTP_URL. Omits the server's text after
 * the handshake, where it may contain the address or quote the mail.
 */
export function mailServerError(error: SmtpError): Error {
  const { code, command = '', response, responseCode, message } = error;
  const isOfConnection = command === 'CONN' && (response === undefined || message.startsWith('Invalid greeting.'));
  if (isOfConnection || ['EHLO', 'HELO', 'STARTTLS'].includes(command)) return withRemedy(error);
  const what = [code, responseCode, command].filter(Boolean).join(', ');
  return new Error(`The mail server refused a mail (${what}).`);
}
