import { openApi } from '@evidence/contracts/openapi';

/** The contracts of the API, for programs. */
export class ApiDocuments {
  /** With all schemas inside. Calls go to where clients see us. */
  readonly openApi: object;

  constructor(publicUrl: string) {
    this.openApi = { ...openApi, servers: [{ url: publicUrl, description: 'This service.' }] };
  }
}
