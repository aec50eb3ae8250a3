import { asyncApi } from '@evidence/contracts/asyncapi';
import { openApi } from '@evidence/contracts/openapi';

/** The contracts of the API and of the bus for programs, with all schemas included. */
export class ApiDocuments {
  /** Its server is the URL at which clients see us. */
  readonly openApi: object;
  /** Its server is `natsUrl`, without the password. */
  readonly asyncApi: object;

  constructor({ publicUrl, publicNatsUrl }: { readonly publicUrl: string; readonly publicNatsUrl: string }) {
    this.openApi = { ...openApi, servers: [{ url: publicUrl, description: 'This service.' }] };
    const { host, protocol } = new URL(publicNatsUrl);
    const { nats } = asyncApi.servers as { nats: object };
    const server = { ...nats, host, protocol: protocol.slice(0, -1), description: 'The bus of this service.' };
    this.asyncApi = { ...asyncApi, servers: { nats: server } };
  }
}
