import { asyncApi } from '@evidence/contracts/asyncapi';
import { openApi } from '@evidence/contracts/openapi';

/** The contracts of the API and of the bus, for programs, with all schemas inside. */
export class ApiDocuments {
  /** Calls go to where clients see us. */
  readonly openApi: object;
  /** Subscribers connect to `natsUrl`, of which a password stays here. */
  readonly asyncApi: object;

  constructor({ publicUrl, publicNatsUrl }: { readonly publicUrl: string; readonly publicNatsUrl: string }) {
    this.openApi = { ...openApi, servers: [{ url: publicUrl, description: 'This service.' }] };
    const { host, protocol } = new URL(publicNatsUrl);
    const { nats } = asyncApi.servers as { nats: object };
    const server = { ...nats, host, protocol: protocol.slice(0, -1), description: 'The bus of this service.' };
    this.asyncApi = { ...asyncApi, servers: { nats: server } };
  }
}
