import { Readable } from 'node:stream';
import type { BlobRef } from '@evidence/artifacts';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from '../../core/call/call.js';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { type ByteSpan, ifRangeHolds, spanOf } from '../../core/http/byte-range.js';
import { unmetPrecondition } from '../../core/http/precondition.js';
import { HttpProblem } from '../../core/http/problem-answer.js';
import type { LinkParameters } from '../../core/reports/download-link.js';
import { CallAtHand, Requires } from '../edge/route.js';
import { Downloads } from './downloads.js';

/** GET and HEAD; Fastify adds a HEAD route to each GET. */
@Controller('api/v2/reports/:id')
export class DownloadsController {
  constructor(private readonly downloads: Downloads) {}

  @Get('download')
  @Requires('reports:read', 'report.downloaded')
  async download(
    @CallAtHand() call: Call,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const link = linkIn(query);
    if (!link) return this.#redirect(call, id, reply);
    const artifact = this.downloads.artifact(call.caller, id, link);
    if (isKnown(request, artifact)) return notModified(artifact, reply);
    const span = askedSpan(request, artifact);
    const stream = await this.#open(call, id, artifact, request, span);
    if (request.method === 'GET' && (span?.first ?? 0) === 0) this.downloads.record(call, id, artifact);
    if (span) reply.code(206).header('content-range', `bytes ${span.first}-${span.last}/${artifact.sizeBytes}`);
    reply.headers(headersOf(artifact));
    reply.header('content-disposition', `attachment; filename="${fileNameOf(id, artifact)}"`);
    reply.header('content-length', span ? span.last - span.first + 1 : artifact.sizeBytes).send(stream);
  }

  @Get('attestation')
  @Requires('reports:read', 'report.attestation.downloaded')
  async attestation(
    @CallAtHand() call: Call,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const attestation = this.downloads.attestation(call.caller, id);
    const stream = await this.#open(call, id, attestation, request);
    reply.type(attestation.mediaType).header('content-length', attestation.sizeBytes).send(stream);
  }

  #redirect({ caller }: Call, id: string, reply: FastifyReply): void {
    reply
      .code(302)
      .headers({ location: this.downloads.link(caller, id), 'cache-control': 'no-store' })
      .send();
  }

  /** For HEAD an empty stream, with which Fastify keeps the headers, so that no file is opened needlessly. */
  async #open(
    { caller }: Call,
    id: string,
    blob: BlobRef,
    { method }: FastifyRequest,
    span?: ByteSpan,
  ): Promise<NodeJS.ReadableStream> {
    return method === 'HEAD' ? Readable.from([]) : this.downloads.open(caller, id, blob, span);
  }
}

/** The link's parameters, if at least one is present; both are then checked. */
function linkIn({ expires, signature }: Record<string, unknown>): LinkParameters | undefined {
  if (expires === undefined && signature === undefined) return undefined;
  return { expires: String(expires), signature: String(signature) };
}

/** A strong tag, the digest of the bytes (RFC 9110 §8.8.3). */
const etagOf = ({ sha256 }: BlobRef) => `"${sha256}"`;

const fileNameOf = (id: string, { mediaType }: BlobRef) => `${id}.${mediaType === 'application/pdf' ? 'pdf' : 'json'}`;

function headersOf(artifact: BlobRef) {
  return {
    'content-type': artifact.mediaType,
    etag: etagOf(artifact),
    // RFC 9530 §3, in the syntax of RFC 9651 §3.3.5. It is the digest of the whole artifact, even if a part is sent.
    'repr-digest': `sha-256=:${Buffer.from(artifact.sha256, 'hex').toString('base64')}:`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  };
}

/** Whether the client already has the artifact. Throws `precondition_failed` if it requires a different one. */
function isKnown({ headers }: FastifyRequest, artifact: BlobRef): boolean {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const unmet = unmetPrecondition({ ifMatch, ifNoneMatch }, etagOf(artifact));
  if (unmet !== 'failed') return unmet === 'not_modified';
  const facts = { field: 'If-Match', value: ifMatch, allowed: [etagOf(artifact)] };
  throw new Problem('precondition_failed', sentences.otherArtifact, facts);
}

/** With the headers that a cache needs to keep its stored response (RFC 9110 §15.4.5). */
function notModified(artifact: BlobRef, reply: FastifyReply): void {
  const { etag, 'cache-control': cacheControl } = headersOf(artifact);
  reply.code(304).headers({ etag, 'cache-control': cacheControl }).send();
}

/** The requested part; undefined: all. A Range counts only for GET (RFC 9110 §14.2). Throws `range_not_satisfiable`. */
function askedSpan({ method, headers }: FastifyRequest, artifact: BlobRef): ByteSpan | undefined {
  const { sizeBytes } = artifact;
  const ifRange = headers['if-range'];
  if (method !== 'GET' || !ifRangeHolds(ifRange, etagOf(artifact))) return undefined;
  const span = spanOf(headers.range, sizeBytes);
  if (span !== 'unsatisfiable') return span;
  const message = sentences.rangeOutside(sizeBytes);
  throw new HttpProblem('range_not_satisfiable', message, {}, { 'content-range': `bytes */${sizeBytes}` });
}
