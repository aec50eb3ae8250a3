import type { Health, JwkSet } from '@evidence/contracts';
import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '../edge/route.js';
import { PublicKeys } from './public-keys.js';
import { Readiness } from './readiness.js';

/** Endpoints without a token: health, and the keys that verify our artifacts. */
@Controller()
export class PublicController {
  constructor(
    private readonly readiness: Readiness,
    private readonly keys: PublicKeys,
  ) {}

  @Get('healthz')
  @Public()
  health(): Health {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  async ready(): Promise<Health> {
    const { warnings } = await this.readiness.require();
    return { status: 'ready', ...(warnings.length > 0 && { warnings: [...warnings] }) };
  }

  /** RFC 7517 §8.5.2. Keys change rarely, and a verifier that has the key it needs does not look again. */
  @Get('.well-known/jwks.json')
  @Public()
  @Header('content-type', 'application/jwk-set+json')
  @Header('cache-control', 'public, max-age=300')
  jwks(): JwkSet {
    return this.keys.set;
  }
}
