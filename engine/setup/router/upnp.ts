import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';

/** Where UPnP devices hear searches (UPnP Device Architecture 2.0 §1.3.2): their group, and the router itself. */
export const SSDP_GROUP = { address: '239.255.255.250', port: 1900 } as const;

export type SearchTarget = { readonly address: string; readonly port: number };

const SEARCH_WITHIN_MS = 1500;
const ANSWER_WITHIN_MS = 2000;
const LARGEST_ANSWER_BYTES = 256 * 1024;
/** Routers that are asked, in the order of their answers: a home has one, a hostile network may answer a thousand times. */
const MOST_ROUTERS = 4;
const WAN_SERVICE = /urn:schemas-upnp-org:service:WAN(?:IP|PPP)Connection:[12]/;

/**
 * The address on the Internet side as an Internet gateway of UPnP tells it (WANIPConnection or WANPPPConnection, GetExternalIPAddress).
 * Only asks where the answer to the search came from. Null when nobody knows. Never rejects.
 */
export async function externalAddressByUpnp(targets: readonly SearchTarget[]): Promise<string | null> {
  for (const location of await searchRouters(targets)) {
    const found = await externalAddressOf(location).catch(() => null);
    if (found !== null) return found;
  }
  return null;
}

/** Description addresses of the gateways that answer a search (SSDP). */
function searchRouters(targets: readonly SearchTarget[]): Promise<URL[]> {
  return new Promise((resolve) => {
    const found = new Map<string, URL>();
    const socket = createSocket('udp4');
    const finish = (): void => {
      clearTimeout(timer);
      socket.close();
      resolve([...found.values()]);
    };
    const timer = setTimeout(finish, SEARCH_WITHIN_MS);
    socket.on('error', () => undefined);
    socket.on('message', (message, { address }) => {
      const location = locationOf(message.toString('latin1'), address);
      if (location !== null && found.size < MOST_ROUTERS) found.set(location.href, location);
    });
    socket.bind(() => {
      for (const target of targets) {
        for (const version of [1, 2]) {
          // One network being down must not end the search in the others.
          socket.send(searchMessage(version), target.port, target.address, () => undefined);
        }
      }
    });
  });
}

function searchMessage(version: number): string {
  return [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${SSDP_GROUP.address}:${SSDP_GROUP.port}`,
    'MAN: "ssdp:discover"',
    'MX: 1',
    `ST: urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`,
    '',
    '',
  ].join('\r\n');
}

/** The LOCATION of an answer; null when it points at another machine than the one that sent it. */
function locationOf(message: string, sender: string): URL | null {
  if (!/^HTTP\/1\.[01] 200/.test(message)) return null;
  const location = /^location:[ \t]*(\S+)[ \t]*\r?$/im.exec(message)?.[1];
  if (location === undefined || !URL.canParse(location)) return null;
  const url = new URL(location);
  return url.protocol === 'http:' && url.hostname === sender ? url : null;
}

async function externalAddressOf(location: URL): Promise<string | null> {
  const description = await fetchText(location);
  // Services stand one after the other; each has its type before its control address.
  for (const [service] of description.matchAll(/<service>[\s\S]*?<\/service>/g)) {
    const type = WAN_SERVICE.exec(service)?.[0];
    const control = /<controlURL>\s*([^<\s]+)\s*<\/controlURL>/.exec(service)?.[1];
    if (type === undefined || control === undefined || !URL.canParse(control, location.href)) continue;
    const url = new URL(control, location);
    if (url.hostname !== location.hostname) continue;
    const answer = await fetchText(url, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset="utf-8"', soapaction: `"${type}#GetExternalIPAddress"` },
      body: `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:GetExternalIPAddress xmlns:u="${type}"/></s:Body></s:Envelope>`,
    });
    const address = /<NewExternalIPAddress[^>]*>\s*([\d.]+)\s*</.exec(answer)?.[1];
    if (address !== undefined && isIPv4(address) && address !== '0.0.0.0') return address;
  }
  return null;
}

/** The text of a successful answer. Rejects when there is none in time, it is too large, or it leads elsewhere. */
async function fetchText(url: URL, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!response.ok || response.body === null) throw new Error(`the router answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The types of the global fetch leave open what the stream holds.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES) throw new Error('the router says too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
