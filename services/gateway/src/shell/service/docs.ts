import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FINDING_PAGE, FINDING_SCRIPT, FINDING_STYLE } from './finding-page.js';

// Swagger UI is the best-known viewer for OpenAPI 3.1, and its npm package contains everything it needs, so no CDN is involved.
const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Its links are relative to `/docs`, so they work under any path prefix of a proxy. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Evidence Reports: API</title>
  <link rel="icon" type="image/png" href="docs/favicon-32x32.png">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <main id="api"></main>
  <script src="docs/swagger-ui-bundle.js"></script>
  <script type="module" src="docs/start.js"></script>
</body>
</html>
`;

/** Calls the host from which it was loaded. The document's own server may be another one, which the policy below forbids. */
const START = `const url = new URL('openapi.json', document.baseURI);
const contract = await (await fetch(url)).json();
const servers = [{ url: new URL('.', url).href.replace(/\\/$/, ''), description: 'This service.' }];
SwaggerUIBundle({ spec: { ...contract, servers }, dom_id: '#api', deepLinking: true, validatorUrl: null });
`;

/** Allows only what the page needs: scripts, styles and calls of this host, and the icons inside the style sheet. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FROM_PACKAGE: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const OWN: Readonly<Record<string, DocsFile>> = {
  'start.js': { mediaType: 'text/javascript; charset=utf-8', content: START },
  'finding.js': { mediaType: 'text/javascript; charset=utf-8', content: FINDING_SCRIPT },
  'finding.css': { mediaType: 'text/css; charset=utf-8', content: FINDING_STYLE },
};

interface DocsFile {
  readonly mediaType: string;
  readonly content: string | Readable;
}

/** The pages for people: the browsable OpenAPI document, and a finding. */
export const docs = {
  page: { mediaType: 'text/html; charset=utf-8', content: PAGE, policy: PAGE_POLICY },

  findingPage: { mediaType: 'text/html; charset=utf-8', content: FINDING_PAGE, policy: PAGE_POLICY },

  /** A file of the pages by its name; undefined: there is no such file. */
  file(name: string): DocsFile | undefined {
    const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
    if (own) return own;
    const mediaType = Object.hasOwn(FROM_PACKAGE, name) ? FROM_PACKAGE[name] : undefined;
    return mediaType === undefined ? undefined : { mediaType, content: createReadStream(join(SWAGGER_UI, name)) };
  },
};
