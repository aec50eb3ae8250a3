import type { Framework, FrameworkCrosswalk, FrameworkList } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { acceptQuery } from '../../core/call/accept.js';
import { crosswalkOf, frameworkListOf, frameworkOf } from '../../core/frameworks/framework-documents.js';

/** The frameworks for which reports can be requested. */
export class FrameworkCatalog {
  constructor(private readonly frameworks: Frameworks) {}

  list(): FrameworkList {
    return frameworkListOf(this.frameworks);
  }

  /** Throws `framework_not_found`. */
  get(slug: string): Framework {
    return frameworkOf(slug, this.frameworks);
  }

  /** Throws `framework_not_found`, `framework_unknown` for an edition, `invalid_request`. */
  crosswalk(slug: string, query: Readonly<Record<string, unknown>>): FrameworkCrosswalk {
    const { edition } = acceptQuery('GetCrosswalk.v1', query);
    return crosswalkOf(slug, edition, this.frameworks);
  }
}
