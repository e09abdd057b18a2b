/**
 * The page for people, as `npm run build` left it in web/dist: read once, sent compressed. Its policy lets it talk to
 * this server only and run its own files only. Without a build the server has no page and says so.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Request, type Response, Router } from 'express';

const DIST = new URL('../../web/dist/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// 'self' is also the WebSocket of this host and port.
const POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "object-src 'none'",
].join('; ');

/** One file in the forms in which it can be sent. */
interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
}

export function pageRoutes(dist: URL = DIST): Router {
  const page = existsSync(new URL('index.html', dist)) ? readAsset(dist, 'index.html') : null;
  const assets = page ? readAssets(dist) : new Map<string, Asset>();
  const sendPage = (req: Request, res: Response): void => {
    if (page) sendDocument(req, res, page);
    else res.status(503).type('text').send('The page is not built. Run: npm run build\n');
  };

  const router = Router();
  router.get(['/', '/battle/:id', '/replay/:id', '/challenge/:id', '/u', '/u/:id'], sendPage);
  // The same addresses are also for programs, which ask for anything or for JSON.
  router.get(['/ladder', '/ladder/:format'], (req, res, next) => {
    res.vary('Accept');
    if (page && req.accepts(['json', 'html']) === 'html') sendPage(req, res);
    else next();
  });
  router.get('/assets/:name', (req, res, next) => {
    const asset = assets.get(req.params.name);
    if (!asset) return next();
    // Their names change with their contents.
    res.set('Cache-Control', 'public, max-age=31536000, immutable');
    send(req, res, asset);
  });
  return router;
}

function sendDocument(req: Request, res: Response, page: Asset): void {
  res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache', ETag: page.etag });
  if (req.headers['if-none-match'] === page.etag) res.status(304).end();
  else send(req, res, page);
}

function send(req: Request, res: Response, asset: Asset): void {
  res.vary('Accept-Encoding').set('Content-Type', asset.type);
  const encoding = req.acceptsEncodings(['br', 'gzip', 'identity']);
  if (encoding === 'br' || encoding === 'gzip')
    res.set('Content-Encoding', encoding).end(req.method === 'HEAD' ? undefined : asset[encoding]);
  else res.end(req.method === 'HEAD' ? undefined : asset.plain);
}

function readAssets(dist: URL): Map<string, Asset> {
  const names = readdirSync(new URL('assets/', dist)).filter((name) => TYPES[extname(name)]);
  return new Map(names.map((name) => [name, readAsset(new URL('assets/', dist), name)]));
}

function readAsset(folder: URL, name: string): Asset {
  const plain = readFileSync(new URL(name, folder));
  return {
    type: TYPES[extname(name)]!,
    plain,
    br: readFileSync(new URL(`${name}.br`, folder)),
    gzip: readFileSync(new URL(`${name}.gz`, folder)),
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  };
}
