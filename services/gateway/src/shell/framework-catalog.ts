import type { Framework, FrameworkList } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { frameworkListOf, frameworkOf } from '../core/framework-documents.js';

/** The frameworks that reports can be asked for. */
export class FrameworkCatalog {
  constructor(private readonly frameworks: Frameworks) {}

  list(): FrameworkList {
    return frameworkListOf(this.frameworks);
  }

  /** Throws `framework_not_found`. */
  get(slug: string): Framework {
    return frameworkOf(slug, this.frameworks);
  }
}
