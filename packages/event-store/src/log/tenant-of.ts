import { isTenantSlug, streamOf } from '@evidence/contracts';

/** Streams whose name contains their tenant, up to a `/` if there is one. */
const TENANT_STREAMS = [streamOf.tenant(''), streamOf.audit(''), streamOf.weaknesses('', '').replace('/', '')];

/**
 * The tenant of an unreadable event: the one in its stream's name, otherwise the one in its metadata, if that is valid. The stream comes first,
 * because its name was given by the writer of its events, while the metadata may be what is broken.
 */
export function tenantOf({ stream, metadata }: { readonly stream: string; readonly metadata: unknown }): {
  readonly tenant?: string;
} {
  const prefix = TENANT_STREAMS.find((one) => stream.startsWith(one));
  const named = prefix === undefined ? undefined : stream.slice(prefix.length).split('/')[0];
  const stated = (metadata as { readonly tenant?: unknown } | null | undefined)?.tenant;
  const tenant = [named, stated].find(isTenantSlug);
  return typeof tenant === 'string' ? { tenant } : {};
}
