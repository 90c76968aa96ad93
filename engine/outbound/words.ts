const CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name',
  EAI_AGAIN: 'the name server does not answer',
  EAI_NODATA: 'the name has no address',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the other side broke the connection',
  EPIPE: 'the other side closed the connection',
  UND_ERR_SOCKET: 'the other side closed the connection',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to this machine',
  ENETUNREACH: 'there is no way to this network',
  ENETDOWN: 'the network is down',
  EHOSTDOWN: 'the machine is down',
  EADDRNOTAVAIL: 'the address cannot be used',
  EACCES: 'this machine does not permit it',
  EPERM: 'this machine does not permit it',
  HPE_HEADER_OVERFLOW: 'its answer has too many headers',
  UND_ERR_HEADERS_OVERFLOW: 'its answer has too many headers',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there',
};

/** What went wrong on a connection, as a part of a sentence. Looks through causes and through the several errors of one attempt. */
export function plainWords(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    // nodemailer puts a code of its own in front of the system's.
    const { code, originalCode } = at as NodeJS.ErrnoException & { readonly originalCode?: string };
    const words = CODES[originalCode ?? ''] ?? CODES[code ?? ''];
    if (words !== undefined) return words;
    if (at.name === 'HTTPParserError') return 'its answer is not HTTP';
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  return 'the connection failed';
}
