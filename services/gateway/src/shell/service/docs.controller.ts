import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { Public } from '../edge/route.js';
import { ApiDocuments } from './api-documents.js';
import { docs } from './docs.js';

/** The contract for people and for programs. */
@Controller()
export class DocsController {
  constructor(private readonly documents: ApiDocuments) {}

  @Get('openapi.json')
  @Public({ tagged: true })
  @Header('content-type', 'application/json')
  openApi(): object {
    return this.documents.openApi;
  }

  @Get('asyncapi.json')
  @Public({ tagged: true })
  @Header('content-type', 'application/json')
  asyncApi(): object {
    return this.documents.asyncApi;
  }

  @Get('docs')
  @Public()
  page(@Res() reply: FastifyReply): void {
    const { mediaType, content, policy } = docs.page;
    void reply.type(mediaType).header('content-security-policy', policy).send(content);
  }

  @Get('findings/:id')
  @Public()
  findingPage(@Res() reply: FastifyReply): void {
    const { mediaType, content, policy } = docs.findingPage;
    void reply.type(mediaType).header('content-security-policy', policy).send(content);
  }

  @Get('docs/:file')
  @Public()
  file(@Param('file') name: string, @Res() reply: FastifyReply): void {
    const file = docs.file(name);
    if (!file) throw new Problem('not_found', sentences.noSuchFile);
    void reply.type(file.mediaType).header('cache-control', 'public, max-age=3600').send(file.content);
  }
}
