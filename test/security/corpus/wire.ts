/** What is no HTTP, no WebSocket, or an upgrade that nobody's client would ask for. Each is answered or cut. */
export interface WireRow {
  readonly name: string;
  readonly sent: string | Buffer;
  /** The status; 0 where the connection is cut without one. */
  readonly status: readonly number[];
}

const UPGRADE =
  'Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

function upgrade(target: string, head = UPGRADE): string {
  return `GET ${target} HTTP/1.1\r\n${head}`;
}

export const WIRE_ROWS: readonly WireRow[] = [
  ...['*', '*:99999', '*@[', '*[', '*%', '*\\', 'http://[/', 'http://x:99999/', 'http://evil.example/a/b?sessionId=abcd', 'x://y'].map((target) => ({
    name: `an upgrade of ${target}`, sent: upgrade(target), status: [400],
  })),
  ...['__proto__', 'constructor', 'a', 'x'.repeat(65), '..', '%00', '%', '', 'a%20b', 'é'].map((sessionId) => ({
    name: `an upgrade with the session ${sessionId}`, sent: upgrade(`/p/r?sessionId=${sessionId}`), status: [400],
  })),
  { name: 'no token in an upgrade', sent: upgrade('/p/r?sessionId=abcd'), status: [401] },
  { name: 'a broken token in an upgrade', sent: upgrade('/p/__proto__?sessionId=abcd&_authToken=%E0%A4%A'), status: [401] },
  { name: 'an upgrade of a host that is none', sent: upgrade('/p/r?sessionId=abcd', UPGRADE.replace('Host: x', 'Host: [')), status: [400] },
  { name: 'an upgrade of a host with a path', sent: upgrade('/p/r?sessionId=abcd', UPGRADE.replace('Host: x', 'Host: x/../..@y:99999')), status: [400] },
  { name: 'an upgrade of a host that hides the path', sent: upgrade('/p/r?sessionId=__proto__', UPGRADE.replace('Host: x', 'Host: x/a?')), status: [400] },
  { name: 'an upgrade to another protocol', sent: upgrade('/', UPGRADE.replace('websocket', 'h2c')), status: [400] },
  { name: 'an upgrade without a key', sent: upgrade('/', UPGRADE.replace(/Sec-WebSocket-Key.*\r\n/, '')), status: [400] },
  { name: 'an upgrade of version 7', sent: upgrade('/', UPGRADE.replace('13', '7')), status: [400, 426] },
  { name: 'an upgrade with POST', sent: upgrade('/').replace('GET', 'POST'), status: [405] },
  ...['*', '*:99999', '*@['].flatMap((target) => ['GET', 'OPTIONS', 'POST'].map((method) => ({
    name: `${method} ${target}`, sent: `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, status: [204, 400, 404],
  }))),
  { name: 'CONNECT', sent: 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n', status: [0, 400, 404] },
  { name: 'a whole address', sent: 'GET http://[::bad/formats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', status: [400, 404] },
  { name: 'no host', sent: 'GET /formats HTTP/1.1\r\n\r\n', status: [400] },
  { name: 'no HTTP', sent: 'nonsense\r\n\r\n', status: [400] },
  { name: 'TLS', sent: Buffer.from('16030100b5010000b10303', 'hex'), status: [400] },
  { name: 'zeros', sent: Buffer.alloc(2000), status: [400] },
  { name: 'a line feed in a header', sent: 'GET /formats HTTP/1.1\r\nHost: x\r\nX-A: a\nX-B\r\n\r\n', status: [200, 400] },
]; // prettier-ignore
