import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** Where PCP and NAT-PMP routers listen (RFC 6887 §19.1). */
export const PCP_PORT = 5351;

/** Times of the sendings after the first (RFC 6886 §3.1: doubled each time); the last wait ends the attempt. */
const WAITS_MS = [250, 500, 1000];

const PCP_VERSION = 2;
const MAP = 1;
const RESPONSE = 0x80;
const UDP = 17;
const HEADER_BYTES = 24;
const MAP_BYTES = 36;
/** The discard service, which RFC 6887 §11.6 names for asking for the address alone. */
const DISCARD_PORT = 9;
const SHORT_LIFETIME_S = 30;

/**
 * The router's address on the Internet side by NAT-PMP (RFC 6886 §3.2), which asks for nothing else. Null when the router does not answer
 * within two seconds or does not know. Never rejects.
 */
export function externalAddressByNatPmp(gateway: string, port = PCP_PORT): Promise<string | null> {
  return ask(
    gateway,
    port,
    () => Buffer.of(0, 0),
    (answer) => {
      if (answer.length < 12 || answer[0] !== 0 || answer[1] !== RESPONSE) return undefined;
      return answer.readUInt16BE(2) === 0 ? addressOrNull(answer.subarray(8, 12)) : null;
    },
  );
}

/**
 * The same by PCP (RFC 6887). PCP tells it only along with a mapping, so one of the discard port is made for half a minute and taken
 * back at once; nothing listens behind it.
 */
export function externalAddressByPcp(gateway: string, port = PCP_PORT): Promise<string | null> {
  const nonce = randomBytes(12);
  return ask(
    gateway,
    port,
    (own) => mapRequest(own, nonce, SHORT_LIFETIME_S),
    (answer) => {
      if (answer.length < HEADER_BYTES || answer[1] !== (RESPONSE | MAP)) return undefined;
      // A router with NAT-PMP only says so in a version 0 answer; any other result means that it will not tell.
      if (answer[0] !== PCP_VERSION || answer[3] !== 0) return null;
      if (answer.length < HEADER_BYTES + MAP_BYTES || !answer.subarray(HEADER_BYTES, HEADER_BYTES + 12).equals(nonce)) return undefined;
      return mappedAddress(answer.subarray(HEADER_BYTES + 20, HEADER_BYTES + 36));
    },
    (own) => mapRequest(own, nonce, 0),
  );
}

/** A MAP request (RFC 6887 §7.1, §11.1) for `own`; a lifetime of 0 takes the mapping back. */
function mapRequest(own: string, nonce: Buffer, lifetimeS: number): Buffer {
  const request = Buffer.alloc(HEADER_BYTES + MAP_BYTES);
  request[0] = PCP_VERSION;
  request[1] = MAP;
  request.writeUInt32BE(lifetimeS, 4);
  mapped(own).copy(request, 8);
  nonce.copy(request, HEADER_BYTES);
  request[HEADER_BYTES + 12] = UDP;
  request.writeUInt16BE(DISCARD_PORT, HEADER_BYTES + 16);
  mapped('0.0.0.0').copy(request, HEADER_BYTES + 20);
  return request;
}

/** An IPv4 address as ::ffff:a.b.c.d, the form of all addresses in PCP (RFC 6887 §5). */
function mapped(address: string): Buffer {
  return Buffer.concat([Buffer.alloc(10), Buffer.of(0xff, 0xff), Buffer.from(address.split('.').map(Number))]);
}

function mappedAddress(bytes: Buffer): string | null {
  return bytes.subarray(0, 12).equals(mapped('0.0.0.0').subarray(0, 12)) ? addressOrNull(bytes.subarray(12)) : null;
}

function addressOrNull(bytes: Buffer): string | null {
  const address = [...bytes].join('.');
  return address === '0.0.0.0' ? null : address;
}

/**
 * Sends `question` to the router until `read` takes an answer for one: undefined means "not for us, wait on". `farewell` is sent after an
 * address was got. The socket is connected, so nobody else's datagrams come in.
 */
function ask(
  gateway: string,
  port: number,
  question: (own: string) => Buffer,
  read: (answer: Buffer) => string | null | undefined,
  farewell?: (own: string) => Buffer,
): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    let timer: NodeJS.Timeout | undefined;
    let isDone = false;
    const finish = (result: string | null): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      if (result !== null && farewell !== undefined) socket.send(farewell(socket.address().address), () => socket.close());
      else socket.close();
      resolve(result);
    };
    const send = (attempt: number): void => {
      const wait = WAITS_MS[attempt];
      if (wait === undefined) {
        finish(null);
        return;
      }
      socket.send(question(socket.address().address));
      timer = setTimeout(() => send(attempt + 1), wait);
    };
    // Nobody listens there: the system says so by ICMP, as an error of a later call.
    socket.on('error', () => finish(null));
    socket.on('message', (answer) => {
      const result = read(answer);
      if (result !== undefined) finish(result);
    });
    socket.connect(port, gateway, () => send(0));
  });
}
