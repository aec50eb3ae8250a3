import type { FrameworkEdition } from '@evidence/contracts';
import type { CrosswalkPair } from './crosswalk-data.js';

/** An entry of a framework. `ref` is ours, `nativeId` and `title` are the framework's own. */
export interface Entry {
  readonly ref: string;
  readonly nativeId: string;
  readonly title: string;
  /** Other spellings of the id, and ids of retired entries that continue as this one. */
  readonly aliases?: readonly string[];
  /** Its earlier titles, and those of retired entries that continue as this one. */
  readonly formerTitles?: readonly string[];
  /** The ref of the entry that this one is part of, in the same catalog. */
  readonly parent?: string;
}

/** An entry that gets a verdict and counts towards the controls of its framework. */
export interface Control extends Entry {
  /** MITRE ATLAS only: a tactic is an attacker's aim, a technique a way to reach it. */
  readonly kind?: 'tactic' | 'technique' | 'sub-technique';
  /**
   * Set if the control is a duty for a whole class of systems, which it names ("every high-risk AI system"). A test of one system cannot show
   * it broken, so it is listed separately, and no crosswalk pair ends here.
   */
  readonly appliesToEvery?: string;
  readonly applicability?: Applicability;
  /** The paragraphs and points of an article or annex, `1.c.ii` for (1)(c)(ii). */
  readonly paragraphs?: readonly string[];
}

export type Addressee =
  | 'provider'
  | 'deployer'
  | 'importer'
  | 'distributor'
  | 'product-manufacturer'
  | 'authorised-representative'
  | 'gpai-provider'
  | 'gpai-systemic-risk-provider'
  | 'notified-body'
  | 'authority'
  | 'none';

export type RiskClass =
  | 'any'
  | 'prohibited'
  | 'high-risk-annex-i'
  | 'high-risk-annex-iii'
  | 'transparency'
  | 'gpai'
  | 'gpai-systemic-risk';

/** Who a control addresses, for which systems, and from when. */
export interface Applicability {
  readonly roles: readonly Addressee[];
  readonly riskClasses: readonly RiskClass[];
  /** Calendar days. `scope` says which part applies from then; `riskClass` is set if the day is for that class only. */
  readonly appliesFrom: readonly { readonly date: string; readonly scope?: string; readonly riskClass?: RiskClass }[];
  /** For an annex, the ref of the article whose dates it shares. */
  readonly appliesWith?: string;
  /** False: the judgement of a single reader. It is printed as "unreviewed" and never makes a control not applicable. */
  readonly reviewed: boolean;
}

/** An entry that a text may name, but that never has a verdict. */
export interface OtherEntry extends Entry {
  readonly kind: 'mitigation' | 'function' | 'category' | 'action' | 'objective';
}

/** One edition of a framework, in its own order. `licence` is that of the catalog's facts (see data/NOTICE.md). */
export interface Catalog extends Readonly<FrameworkEdition> {
  readonly name: string;
  readonly publisher: string;
  readonly published: string;
  readonly sourceUrl: string;
  readonly licence: string;
  /** The day on which the catalog was last compared with its publisher's text. */
  readonly comparedAt: string;
  /** The number of entries of the edition by kind; `control` counts those without one. */
  readonly counts: Readonly<Record<string, number>>;
  /** A sentence that every reader of the edition must see. */
  readonly notice?: string;
  readonly controls: readonly Control[];
  readonly otherEntries?: readonly OtherEntry[];
}

/** The entry `from` of one edition continues as the entry `to` of the next. `retired`: it was dropped, and `to` is only the nearest. */
export interface Succession {
  readonly from: string;
  readonly to: string;
  readonly change: 'equal' | 'renamed' | 'broadened' | 'retired';
}

export type TaggingTool = 'garak' | 'promptfoo' | 'deepteam';

/** The meaning of a tool's own tags, and the tags that it assigns to its probes. */
export interface TagTableData {
  readonly tool: TaggingTool;
  /** The versions of the tool that the table covers; without `from`, no older version is known to differ. */
  readonly versions: { readonly from?: string; readonly to: string };
  readonly comparedAt: string;
  readonly licence: string;
  /** Tags that match `pattern` (ECMA-262) mean `means`; `because` names the source. The first match counts. */
  readonly spellings: readonly { readonly pattern: string; readonly means: string; readonly because: string }[];
  /** Tags whose meaning is uncertain on the named probes, or on all probes if none is named. */
  readonly doubts: readonly { readonly tag: string; readonly names: readonly string[]; readonly reason: string }[];
  /** Tags by probe or plugin. */
  readonly probes: Readonly<Record<string, readonly string[]>>;
  readonly strategies?: Readonly<Record<string, readonly string[]>>;
}

export interface FrameworksData {
  /** The day on which it was last changed. */
  readonly version: string;
  readonly catalogs: readonly Catalog[];
  readonly pairs: readonly CrosswalkPair[];
  readonly successions: readonly Succession[];
  readonly tagTables: readonly TagTableData[];
}
