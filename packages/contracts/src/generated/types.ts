// Generated from /contracts by packages/contracts/generate.mjs. Edit the schema, then run `npm run generate`.

/**
 * RFC 3339 in UTC.
 */
export type Instant = string
/**
 * Who caused it: a token, a service, or the operator at the command line.
 */
export type Actor = string
/**
 * An id from elsewhere (`ep_…`, `fnd_…`, a UUID): printable ASCII without spaces, never parsed.
 */
export type OpaqueId = string
/**
 * The role of the organisation towards the AI system (AI Act, Article 3).
 */
export type SystemRole = ("provider" | "deployer" | "importer" | "distributor")
/**
 * The class of the AI system under the AI Act: a practice of Article 5, high-risk by Annex I or by Annex III, subject to Article 50 only, or none of these.
 */
export type AiActRiskClass = ("prohibited" | "high_risk_annex_i" | "high_risk_annex_iii" | "transparency" | "minimal")
/**
 * Whether the subject is a general-purpose AI model, and whether one with systemic risk (AI Act, Articles 51 to 55).
 */
export type GeneralPurpose = ("none" | "general_purpose" | "systemic_risk")
/**
 * A day in UTC, RFC 3339 full-date.
 */
export type CalendarDate = string
/**
 * Worst first.
 */
export type Severity = ("critical" | "high" | "medium" | "low" | "info")
/**
 * What the artifact is.
 */
export type ReportFormat = ("pdf" | "json")
/**
 * Why a finding carries a ref. `direct`: on the finding itself. `official`: a framework’s publisher asserts the pair. `published`: another named source does. `derived`: inferred and recommended in the data. Strongest first.
 */
export type Basis = ("direct" | "official" | "published" | "derived")
/**
 * How closely the two controls of a crosswalk pair belong together. `primary`: one is about what the other is about. `supporting`: one helps with the other. Strongest first.
 */
export type Strength = ("primary" | "supporting")
/**
 * A part of the page. A string is short for `{"text": …}`. An object holds exactly one of text, stack, columns, ul, ol, table, rule and forEach, and how it looks; lists and columns hand their look on to what they hold. A forEach has no look, and stands where any number of parts may stand: not as a column, nor as a cell, where a stack can hold it. In texts, `{{ path }}` stands for a value of the report.
 */
export type PackNode = (string | {
/**
 * A paragraph: a text, or runs that look different. White space counts as one space.
 * 
 * @minItems 1
 * @maxItems 64
 */
text?: (string | PackRun[])
/**
 * One below the other.
 * 
 * @minItems 1
 * @maxItems 500
 */
stack?: PackNode[]
/**
 * Side by side; each may say its `width`.
 * 
 * @minItems 1
 * @maxItems 8
 */
columns?: PackNode[]
/**
 * A list with bullets.
 * 
 * @minItems 1
 * @maxItems 500
 */
ul?: PackNode[]
/**
 * A list with numbers.
 * 
 * @minItems 1
 * @maxItems 500
 */
ol?: PackNode[]
table?: PackTable
/**
 * A line over the whole width.
 */
rule?: {
/**
 * In points. Default 0.4.
 */
thickness?: number
/**
 * Default grey.
 */
color?: string
}
/**
 * Repeats for each item of a list of the report: a path that begins with `report`, or with the `as` of a forEach around it. A list is never walked again inside itself.
 */
forEach?: string
/**
 * What the item is called in the paths inside; not `report`, not `page`, and no name that is in use around it.
 */
as?: string
/**
 * What comes for each item, in its place among the parts around it.
 * 
 * @minItems 1
 * @maxItems 500
 */
content?: PackNode[]
/**
 * What comes when there is no item. It is asked for so that an empty list never looks clean in silence.
 * 
 * @minItems 1
 * @maxItems 500
 */
empty?: PackNode[]
/**
 * A heading: looks like one unless something else is said, and has a bookmark. Of a text.
 */
headlineLevel?: number
/**
 * Makes a link of the text: a path to a `url` of the report. Its value is linked if it is http or https. An address of the template’s own is not taken: what is signed leads where the evidence leads.
 */
link?: string
/**
 * A name of `styles`. What is said beside it goes before.
 */
style?: string
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * In points. Default 9.
 */
fontSize?: number
/**
 * Semi-bold.
 */
bold?: boolean
/**
 * Of the sans font.
 */
italics?: boolean
/**
 * Of the text.
 */
color?: string
/**
 * Times the font’s own.
 */
lineHeight?: number
/**
 * Of the lines.
 */
alignment?: ("left" | "center" | "right" | "justify")
/**
 * Left, top, right, bottom, in points.
 * 
 * @minItems 4
 * @maxItems 4
 * 
 * Items: In points.
 */
margin?: number[]
/**
 * Starts a new page. Not inside columns, lists and tables.
 */
pageBreak?: ("before" | "after")
/**
 * Of a part of `columns` only: points, or `*` (default) for an even share of the rest.
 */
width?: (number | string)
/**
 * Between `columns`, in points. Default 12.
 */
columnGap?: number
/**
 * Behind a cell of a table; only there.
 */
fillColor?: string
/**
 * So many columns of a table does the cell take; only there.
 */
colSpan?: number
})
/**
 * A run of text in a paragraph. A string is short for `{"text": …}`.
 */
export type PackRun = (string | {
/**
 * The text; `{{ path }}` stands for a value of the report. A list of values is written with commas, and what is absent as a dash.
 */
text: string
/**
 * Makes a link of the text: a path to a `url` of the report. Its value is linked if it is http or https. An address of the template’s own is not taken: what is signed leads where the evidence leads.
 */
link?: string
/**
 * A name of `styles`. What is said beside it goes before.
 */
style?: string
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * In points. Default 9.
 */
fontSize?: number
/**
 * Semi-bold.
 */
bold?: boolean
/**
 * Of the sans font.
 */
italics?: boolean
/**
 * Of the text.
 */
color?: string
})
/**
 * The cells of a row, which fill its columns; or rows for each item of a list.
 * 
 * @minItems 1
 * @maxItems 16
 */
export type PackRow = (PackNode[] | {
/**
 * Repeats for each item of a list of the report: a path that begins with `report`, or with the `as` of a forEach around it. A list is never walked again inside itself.
 */
forEach: string
/**
 * What the item is called in the paths inside; not `report`, not `page`, and no name that is in use around it.
 */
as: string
/**
 * The rows of each item.
 * 
 * @minItems 1
 * @maxItems 16
 */
rows: PackRow[]
/**
 * The rows when there is no item.
 * 
 * @minItems 1
 * @maxItems 16
 */
empty: PackRow[]
})
/**
 * A control of a framework, `<slug>_<id>` with dots and hyphens as `_`.
 */
export type ControlRef = string
/**
 * SHA-256 in lower-case hex (FIPS 180-4).
 */
export type Sha256 = string
/**
 * How the first ref of a crosswalk pair stands to the second.
 */
export type Relation = ("equal" | "subset" | "superset" | "intersects" | "related")
/**
 * Where a direct ref comes from. `file`: the imported file states the tag. `tool_table`: the file states the probe only, and our copy of the tool’s own table states the tag.
 */
export type RefOrigin = ("file" | "tool_table")
/**
 * Open means `open` or `triaged`; the other three are dispositions.
 */
export type FindingStatus = ("open" | "triaged" | "fixed" | "accepted" | "false_positive")
/**
 * The share of attempts that passed, as the tool states it: 1 is best.
 */
export type Score = number
/**
 * What is known about a control; the first that fits. `finding`: an open finding in scope is tagged with the control directly, or with the one entry of another edition that is the same control. `finding_outside_scope`: probes of the control failed, or findings tagged with it are closed or of a severity that was not requested. `not_applicable`: it does not apply to the system as described. `indicated`: open findings reach it through the crosswalk only. `clean`: probes of the control were evaluated and all passed. `not_tested`: nothing is known.
 */
export type Verdict = ("finding" | "finding_outside_scope" | "not_applicable" | "indicated" | "clean" | "not_tested")
/**
 * A framework, without its edition.
 */
export type FrameworkSlug = ("OWASP_LLM" | "OWASP_AGENTIC" | "MITRE_ATLAS" | "NIST_AI_600_1" | "EU_AI_ACT" | "ISO_42001")
/**
 * Who decided: an actor, or `file:<author>` where the imported file itself names its author.
 */
export type DecidedBy = string
/**
 * Format of a scanner’s file; `native` is that of NativeScan. New formats are added without notice.
 */
export type ScanFormat = string
/**
 * A report. Ours carry 128 random bits in base32 after the year of the request.
 */
export type ReportId = string
/**
 * The tenant, as it stands in subjects and folders.
 */
export type TenantSlug = string
/**
 * A place in the event store’s log of everything, as a decimal string. Opaque beyond order.
 */
export type Position = string
/**
 * Where the report stands.
 */
export type ReportStatus = ("queued" | "running" | "ready" | "failed" | "expired")
/**
 * How severities are written: words only (the default); 1 (worst) to 5; a share from 0 to 1 (worst: from 0.9 critical, 0.7 high, 0.4 medium, above 0 low, 0 info); P0 (worst) to P4. Words may always be used too.
 */
export type SeverityScale = ("words" | "1-5" | "0-1" | "P0-P4")
/**
 * One key: its certificate, its period, and where the private key is. A retired key needs no private key.
 */
export type SigningKey = (SigningKey1 & SigningKey2)
export type SigningKey1 = {
[k: string]: unknown
}

/**
 * One call, answered or refused.
 */
export interface AuditEntry {
/**
 * The call.
 */
id: string
called_at: Instant
/**
 * What was asked for, in two or three segments; `auth.denied` when the token was not good for it.
 */
action: string
actor: Actor
/**
 * Who the token’s issuer says it is (`sub`, RFC 7519 §4.1.2); null: the token was minted by us.
 */
subject: (string | null)
/**
 * The HTTP method.
 */
method: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")
/**
 * The path as the OpenAPI document has it, without the values in it.
 */
route: string
/**
 * The report or finding that the path names; null: none, or not known to be an id.
 */
resource_id: (OpaqueId | null)
/**
 * The HTTP status of the answer; null: the client was gone before it was whole.
 */
status: (number | null)
/**
 * The problem’s slug; null: it was answered as asked.
 */
error: (string | null)
/**
 * Where the call came from; null: not told by the proxy in front.
 */
address: (string | null)
}
/**
 * Calls with tokens of the token’s tenant.
 */
export interface AuditPage {
/**
 * Newest first.
 * 
 * @maxItems 200
 */
data: AuditEntry[]
/**
 * Pass it as `cursor` for the next page; null: this was the last. Opaque.
 */
next_cursor: (string | null)
}
/**
 * A decision about a finding.
 */
export interface ChangeFinding {
/**
 * The new status; `resolved` is another word for `fixed`.
 */
status: ("open" | "triaged" | "fixed" | "resolved" | "accepted" | "false_positive")
/**
 * Why; kept with the decision.
 */
reason?: string
}
/**
 * The AI system, as far as a request describes it, so that controls which address someone else, or do not apply yet, are `not_applicable`. What is left out is unknown and makes nothing inapplicable.
 */
export interface SystemDescription {
/**
 * Every role that the organisation has.
 * 
 * @minItems 1
 * @maxItems 4
 */
roles?: SystemRole[]
ai_act_risk_class?: AiActRiskClass
general_purpose?: GeneralPurpose
assessment_date?: CalendarDate
}
/**
 * Asks for a report. A scope that narrows nothing, or whose `from` lies after its `to`, is refused as `scope_invalid`.
 */
export interface CreateReport {
/**
 * Shown on the cover; one line.
 */
title: string
/**
 * In the order in which the report shows them.
 * 
 * @minItems 1
 * @maxItems 6
 * 
 * Items: A framework’s slug, pinned to an edition after `@`, or in its default edition. Which there are: `GET /api/v2/frameworks`.
 */
frameworks: string[]
/**
 * What the report covers. Empty lists and absent dates do not narrow, but at least one member must: without a scope the answer is `scope_invalid`.
 */
scope?: {
/**
 * Only findings of these endpoints.
 * 
 * @maxItems 1000
 */
endpoint_ids?: OpaqueId[]
from?: CalendarDate
to?: CalendarDate
/**
 * Only these severities.
 * 
 * @maxItems 5
 */
include_severities?: Severity[]
}
format: ReportFormat
mapping?: Basis
strength?: Strength
system?: SystemDescription
template?: PackTemplate
/**
 * Whether the report shows the redacted excerpt of each finding. Needs the scope `findings:read` too. An erasure later on cannot reach copies that were delivered. Default `false`: the report has the hash of the excerpt alone.
 */
include_evidence?: boolean
}
/**
 * A tenant’s own layout of a PDF: a document definition in the manner of pdfmake, as data only. It reads the report (EvidenceReport.v1) by `{{ path }}` in texts and by forEach, and nothing else: there are no images, files, addresses, functions or expressions. At most 64 KiB as canonical JSON, 32 levels deep, 4,000 values. A literal `{{` or `}}` cannot be written. What the layout shows is its author’s choice; the report’s complete data is always attached to the PDF, and each page says so, with the report’s id, the digest of its data, and whether the signing key is a development key.
 */
export interface PackTemplate {
/**
 * Default A4.
 */
pageSize?: ("A4" | "A3" | "LETTER" | "LEGAL")
/**
 * Default portrait.
 */
pageOrientation?: ("portrait" | "landscape")
/**
 * Room around the content, in points. Each has its default.
 */
pageMargins?: {
/**
 * Default 42.
 */
left?: number
/**
 * Default 60; the header stands in it.
 */
top?: number
/**
 * Default 42.
 */
right?: number
/**
 * Default 72; the footer stands in it.
 */
bottom?: number
}
header?: PackLine
footer?: PackLine
/**
 * Looks by name: a small letter, then letters and digits.
 */
styles?: {
[k: string]: PackStyle
}
/**
 * What the document holds, from top to bottom.
 * 
 * @minItems 1
 * @maxItems 500
 */
content: PackNode[]
}
/**
 * A line in the margin of each page. Besides the report, `{{ page.number }}` and `{{ page.total }}` can be read here. What is longer than 80 characters is cut.
 */
export interface PackLine {
/**
 * At the left.
 */
left?: string
/**
 * In the middle.
 */
center?: string
/**
 * At the right.
 */
right?: string
}
/**
 * How something looks.
 */
export interface PackStyle {
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * In points. Default 9.
 */
fontSize?: number
/**
 * Semi-bold.
 */
bold?: boolean
/**
 * Of the sans font.
 */
italics?: boolean
/**
 * Of the text.
 */
color?: string
/**
 * Times the font’s own.
 */
lineHeight?: number
/**
 * Of the lines.
 */
alignment?: ("left" | "center" | "right" | "justify")
/**
 * Left, top, right, bottom, in points.
 * 
 * @minItems 4
 * @maxItems 4
 * 
 * Items: In points.
 */
margin?: number[]
}
/**
 * A table. Its head comes again on each page.
 */
export interface PackTable {
/**
 * One for each column.
 * 
 * @minItems 1
 * @maxItems 16
 * 
 * Items: Points, or `*` for an even share of the rest.
 */
widths: (number | string)[]
/**
 * So many of the first rows are its head. Default 0.
 */
headerRows?: number
/**
 * A line below each row (default), around each cell, or none.
 */
layout?: ("ruled" | "grid" | "none")
/**
 * The rows.
 * 
 * @minItems 1
 * @maxItems 200
 */
body: PackRow[]
}
/**
 * An open weakness, as the last scan on or before `to` saw it.
 */
export interface ReportFinding {
id: OpaqueId
severity: Severity
/**
 * One line.
 */
title: string
/**
 * Direct refs first, then the crosswalk’s refs in the requested frameworks, as far as `mapping` accepts them.
 * 
 * @maxItems 1000
 */
framework_refs: ControlRef[]
/**
 * SHA-256 of the UTF-8 bytes of the redacted excerpt; null when the imported file has no evidence.
 */
evidence_excerpt_sha256: (Sha256 | null)
/**
 * The redacted excerpt; only in a report that was asked for with `include_evidence`, and where the imported file has one.
 */
evidence_excerpt?: string
/**
 * Where the finding can be read with a token.
 */
url: string
/**
 * Why each ref stands there; same order as framework_refs.
 * 
 * @maxItems 1000
 */
mappings: ReportRefMapping[]
status: FindingStatus
endpoint_id: OpaqueId
scan_id: OpaqueId
discovered_at: Instant
/**
 * What the tool said.
 */
severity_original: string
tool: Tool
/**
 * Probe, rule or plugin.
 */
probe: string
/**
 * Detector; may be empty.
 */
detector: string
/**
 * Failed evaluations; at least so many when `evaluations` is null.
 */
hits: number
/**
 * Evaluations; null when unknown.
 */
evaluations: (number | null)
score?: Score
first_seen: Instant
last_seen: Instant
/**
 * Scans that saw it, as of `data_as_of`; copies of one run count once.
 */
observations: number
not_seen_since?: ReportNotSeenSince
/**
 * Which of the scan’s targets failed, by its name.
 */
target?: string
}
/**
 * One ref of a finding, and why it stands there.
 */
export interface ReportRefMapping {
ref: ControlRef
basis: Basis
/**
 * Who says so.
 */
source: string
relation?: Relation
via?: ControlRef
strength?: Strength
origin?: RefOrigin
}
/**
 * The scanner.
 */
export interface Tool {
/**
 * Its name.
 */
name: string
/**
 * Its version, empty when the file does not say.
 */
version: string
}
/**
 * The first scan, after `last_seen`, that tested it and did not see it. Absent: there is none.
 */
export interface ReportNotSeenSince {
scan_id: OpaqueId
at: Instant
/**
 * Scans that tested it since, and did not see it.
 */
scans: number
}
/**
 * Two refs of two requested frameworks on the same findings.
 */
export interface ReportOverlap {
ref_a: ControlRef
ref_b: ControlRef
/**
 * Findings that carry both.
 */
finding_count: number
/**
 * Findings that carry both directly.
 */
direct_count: number
/**
 * How many of the two refs stand directly on the finding where the most do.
 */
direct_ends: number
basis_a?: Basis
basis_b?: Basis
}
/**
 * What is known about one control of a requested framework.
 */
export interface ReportControlCoverage {
ref: ControlRef
/**
 * As the framework writes it.
 */
native_id: string
/**
 * Official short title.
 */
title: string
verdict: Verdict
/**
 * Open findings in scope with this ref, on any accepted basis.
 */
finding_count: number
/**
 * Those tagged with it directly, or with the one entry of another edition that is the same control.
 */
direct_count: number
/**
 * Evaluations of probes tagged with it directly.
 */
evaluations: {
/**
 * With a verdict; null when unknown, and then `passed` is null too.
 */
total: (number | null)
/**
 * Behaved; null when unknown.
 */
passed: (number | null)
/**
 * Did not; at least so often when `total` is null.
 */
failed: number
}
indicated_by?: IndicatedBy
outside_scope?: OutsideScope
applicability?: Applicability
not_applicable?: NotApplicable
/**
 * What a reader must know about the verdict.
 */
note?: string
/**
 * The class of systems to all of which the control applies: a single test cannot show it broken, so no crosswalk pair leads to it. Listed apart.
 */
applies_to_every?: string
}
/**
 * The strongest reason for which an open finding reaches a control through the crosswalk.
 */
export interface IndicatedBy {
basis: Basis
strength: Strength
via: ControlRef
/**
 * Who asserts it.
 */
source: string
}
/**
 * Findings tagged with a control directly that the scope leaves out.
 */
export interface OutsideScope {
closed: CountsByReason
unrequested: CountsByReason
}
/**
 * How many, by reason slug.
 */
export interface CountsByReason {
[k: string]: number
}
/**
 * Whom a control addresses, and from when it applies, as its catalog says.
 */
export interface Applicability {
/**
 * Addressees.
 * 
 * @maxItems 16
 * 
 * Items: An addressee, as the catalog names it.
 */
roles: string[]
/**
 * Classes of systems or models that it is about.
 * 
 * @maxItems 16
 * 
 * Items: A class of systems or models, as the catalog names it.
 */
classes: string[]
/**
 * The same in words.
 */
text: string
/**
 * From when it applies; empty: the catalog gives no date of its own.
 * 
 * @maxItems 16
 * 
 * Items: A date of application.
 */
from: {
date: CalendarDate
/**
 * What applies from then; absent: all of it.
 */
scope?: string
}[]
/**
 * The article whose applicability it shares.
 */
with?: string
/**
 * False: one reader’s judgement; it never makes a control `not_applicable`.
 */
reviewed: boolean
}
/**
 * Why a control does not apply to the system as described.
 */
export interface NotApplicable {
/**
 * `addressee`: it addresses someone else. `risk_class`, `general_purpose`: it is about other systems or models. `not_yet`: it applies after the assessment date.
 */
reason: ("addressee" | "risk_class" | "general_purpose" | "not_yet")
/**
 * In one sentence.
 */
text: string
from?: CalendarDate
}
/**
 * One requested framework.
 */
export interface ReportFrameworkCoverage {
framework: FrameworkSlug
/**
 * Edition.
 */
edition: string
/**
 * Full name.
 */
name: string
/**
 * In catalog order.
 * 
 * @maxItems 400
 */
controls: ReportControlCoverage[]
compared_at?: CalendarDate
/**
 * True: that was more than 90 days before `data_as_of`.
 */
stale: boolean
/**
 * What the publisher says about the text’s standing.
 */
notice?: string
/**
 * Controls by verdict; together all of `controls`.
 */
counts: {
/**
 * All.
 */
controls: number
/**
 * With an open finding that is tagged with them directly.
 */
finding: number
/**
 * With that verdict.
 */
finding_outside_scope: number
/**
 * With that verdict.
 */
not_applicable: number
/**
 * With that verdict.
 */
indicated: number
/**
 * With that verdict.
 */
clean: number
/**
 * With that verdict.
 */
not_tested: number
/**
 * Those among all that apply to every system of a class.
 */
applies_to_every: number
}
}
/**
 * A finding that somebody closed.
 */
export interface ReportDisposition {
finding_id: OpaqueId
/**
 * One line.
 */
title: string
severity: Severity
status: FindingStatus
decided_at: Instant
decided_by: DecidedBy
/**
 * Why.
 */
reason?: string
first_seen: Instant
last_seen: Instant
/**
 * Scans that saw it, as of `data_as_of`; copies of one run count once.
 */
observations: number
not_seen_since?: ReportNotSeenSince
/**
 * How the file closed it, where the file did.
 */
kind?: string
}
/**
 * A scan in scope.
 */
export interface ReportScan {
id: OpaqueId
endpoint_id: OpaqueId
tool: Tool
format: ScanFormat
source_sha256: Sha256
started_at: Instant
/**
 * Attempts.
 */
attempts: number
/**
 * False: "not evaluated", never clean.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
counts: ImportCounts
/**
 * Totals that contradict rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * The scanner’s own id of the run.
 */
run_id?: string
/**
 * What was tested. Empty: target not pinned, neither the file nor the importer says what it was.
 * 
 * @maxItems 64
 */
targets: ReportTarget[]
suite?: TestSuite
}
/**
 * How often something was tested. `total` = `passed` + `failed`; `unscored` were run and got no verdict, and are not in `total`. Null is unknown: a list of hits alone, or a score alone, does not say how often the model behaved.
 */
export interface Evaluations {
/**
 * Evaluations with a verdict; null when unknown, and then `passed` is null too.
 */
total: (number | null)
/**
 * The model behaved; null when unknown.
 */
passed: (number | null)
/**
 * The model did not; at least so often when `total` is null.
 */
failed: number
/**
 * Run without a verdict; evidence of nothing.
 */
unscored: number
}
/**
 * How the scanner’s own run ended, as far as the file says.
 */
export interface RunState {
/**
 * `failed`: the tool failed, reported an error or stopped early, so results may be missing and nothing in the scan counts as clean. `not_stated`: the file does not say.
 */
outcome: ("completed" | "failed" | "not_stated")
/**
 * Why `outcome` is `failed`; the first twenty.
 * 
 * @maxItems 20
 * 
 * Items: A sentence.
 */
problems: string[]
}
/**
 * What an import did with the rows of a file that could be findings: `in` = `recorded` + all `skipped`.
 */
export interface ImportCounts {
/**
 * Rows.
 */
in: number
/**
 * Rows recorded: as a finding, or as another observation of one.
 */
recorded: number
skipped: CountsByReason
/**
 * Of `recorded`: rows that saw again what an earlier row or scan had found. Absent in events from before weaknesses had an identity.
 */
observed?: number
}
/**
 * A total in the file that contradicts its rows. Both are kept; the rows count.
 */
export interface Discrepancy {
/**
 * What is contradicted.
 */
subject: string
/**
 * In the file’s total.
 */
stated: number
/**
 * From its rows.
 */
counted: number
}
/**
 * What answered the tests, as far as the file or the importer states it.
 */
export interface ReportTarget {
/**
 * As the scan calls it; findings name their target by it.
 */
name: string
/**
 * Who runs the model.
 */
provider?: string
/**
 * The model.
 */
model?: string
/**
 * Its version.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
evaluations?: Evaluations
}
/**
 * What was run: equal digests mean the same scanner, version, probes and detectors.
 */
export interface TestSuite {
sha256: Sha256
/**
 * Pairs of probe and detector.
 */
probes: number
}
/**
 * What a ref means.
 */
export interface ReportRefTitle {
ref: ControlRef
framework: FrameworkSlug
/**
 * The edition.
 */
edition: string
/**
 * As the framework writes it.
 */
native_id: string
/**
 * Official short title.
 */
title: string
}
/**
 * A crosswalk pair that puts a ref on a finding of this report.
 */
export interface ReportPair {
ref_a: ControlRef
ref_b: ControlRef
relation: Relation
basis: Basis
strength: Strength
/**
 * The pair as its source asserts it; present when it was carried to another edition.
 */
asserted?: {
ref_a: ControlRef
ref_b: ControlRef
basis: Basis
}
source: CrosswalkSource
/**
 * Licence of the source.
 */
licence: string
/**
 * Why the two belong together, in one sentence.
 */
rationale: string
/**
 * Who reviewed it; empty: not reviewed.
 */
reviewed_by: string
/**
 * Independent sources that assert it.
 */
independent_sources: number
}
/**
 * Who asserts a crosswalk pair, and where.
 */
export interface CrosswalkSource {
/**
 * Publisher.
 */
publisher: string
/**
 * Document.
 */
document: string
/**
 * Edition of the document; may be empty.
 */
edition: string
/**
 * Page, section or commit; may be empty.
 */
locator: string
/**
 * Where it can be read; may be empty.
 */
url: string
}
/**
 * The JSON artifact, and what the PDF shows. Bytes are RFC 8785 canonical JSON, signed by the DSSE attestation beside it. Members are only ever added within a major version.
 */
export interface EvidenceReport {
/**
 * Stable within a major release.
 */
schema_version: "v1"
report_id: ReportId
generated_at: Instant
tenant_slug: TenantSlug
/**
 * As requested.
 */
title: string
/**
 * As requested.
 */
scope: {
/**
 * First day, inclusive; null: no bound.
 */
from: (CalendarDate | null)
/**
 * Last day, inclusive; null: no bound.
 */
to: (CalendarDate | null)
/**
 * Empty: all.
 * 
 * @maxItems 1000
 */
endpoint_ids: OpaqueId[]
/**
 * Worst first; all five when the request named none.
 * 
 * @maxItems 5
 */
include_severities: Severity[]
}
/**
 * As requested.
 * 
 * @maxItems 6
 */
frameworks: FrameworkSlug[]
/**
 * The editions that every ref below means. A direct ref without a single counterpart in the requested edition stands as the scanner’s edition has it.
 * 
 * @maxItems 6
 */
framework_editions: FrameworkEdition[]
/**
 * The AI system, as far as the request describes it, and the day for which applicability was judged. Null or empty: unknown.
 */
system: {
/**
 * False: the request describes no system, so no control is `not_applicable`.
 */
described: boolean
/**
 * Every role that the organisation has.
 * 
 * @maxItems 4
 */
roles: SystemRole[]
/**
 * Class under the AI Act.
 */
ai_act_risk_class: (AiActRiskClass | null)
/**
 * Whether a general-purpose AI model.
 */
general_purpose: (GeneralPurpose | null)
assessment_date: CalendarDate
}
data_as_of: LogPoint
/**
 * A key for each included severity, zeros kept.
 */
summary: {
/**
 * The sum of the severities present.
 */
total_open: number
/**
 * Open critical findings; present when the severity is included.
 */
critical?: number
/**
 * Open high findings; present when the severity is included.
 */
high?: number
/**
 * Open medium findings; present when the severity is included.
 */
medium?: number
/**
 * Open low findings; present when the severity is included.
 */
low?: number
/**
 * Open info findings; present when the severity is included.
 */
info?: number
}
/**
 * Worst severity first, then by id.
 * 
 * @maxItems 1000000
 */
findings: ReportFinding[]
/**
 * Most direct ends first, then most findings, then by refs.
 * 
 * @maxItems 100000
 */
cross_framework_overlaps: ReportOverlap[]
/**
 * In the order of the request.
 * 
 * @maxItems 6
 */
coverage: ReportFrameworkCoverage[]
/**
 * Findings in scope that somebody closed.
 * 
 * @maxItems 1000000
 */
dispositions: ReportDisposition[]
/**
 * What was tested.
 * 
 * @maxItems 100000
 */
scans: ReportScan[]
/**
 * Listed, never guessed.
 * 
 * @maxItems 10000
 * 
 * Items: A tag nobody could translate.
 */
unresolved_tags: {
/**
 * Tag.
 */
tag: string
/**
 * Findings with it.
 */
findings: number
}[]
/**
 * How refs came to stand on findings.
 */
mapping: {
policy: Basis
strength: Strength
/**
 * Refs by basis.
 */
counts_by_basis: {
/**
 * Direct.
 */
direct: number
/**
 * Official.
 */
official: number
/**
 * Published.
 */
published: number
/**
 * Derived.
 */
derived: number
}
}
/**
 * Which crosswalk.
 */
crosswalk: {
/**
 * Version.
 */
version: string
sha256: Sha256
}
/**
 * The rules by which verdicts were reached; null: mapped before rules had versions.
 */
rules: (Rules | null)
/**
 * What each ref of `findings` and `crosswalk_pairs` means, by ref; a ref that no catalog has is left out.
 * 
 * @maxItems 10000
 */
refs: ReportRefTitle[]
/**
 * The crosswalk pairs behind the refs of `findings`, by refs.
 * 
 * @maxItems 10000
 */
crosswalk_pairs: ReportPair[]
/**
 * Input = included + excluded by reason: nothing was dropped in silence.
 */
receipt: {
/**
 * All findings of the tenant as of the point.
 */
considered: number
/**
 * In this report.
 */
included: number
excluded: CountsByReason
scope_snapshot_sha256: Sha256
mapping_snapshot_sha256: Sha256
}
/**
 * Who signs this artifact.
 */
signature: {
/**
 * RFC 7638 thumbprint.
 */
key_id: string
/**
 * RFC 7518.
 */
algorithm: ("RS256" | "ES256")
/**
 * True: trusted by nobody.
 */
development_key: boolean
}
/**
 * Same positions and same renderer version: same bytes.
 */
renderer_version: string
/**
 * Only in a report that shows excerpts: what that means for erasure.
 */
evidence_notice?: string
}
/**
 * A framework pinned to an edition: the same number means different things in different editions.
 */
export interface FrameworkEdition {
framework: FrameworkSlug
/**
 * The edition, as the catalog names it.
 */
edition: string
}
/**
 * A point in the event store’s log: everything up to it is included, nothing after.
 */
export interface LogPoint {
position: Position
at: Instant
}
/**
 * The rules by which verdicts were reached: catalogs, crosswalk, successions between editions, and the order of verdicts.
 */
export interface Rules {
/**
 * Version: of the data, and of the order of verdicts.
 */
version: string
sha256: Sha256
}
/**
 * One finding.
 */
export interface Finding {
id: OpaqueId
scan_id: OpaqueId
/**
 * One line.
 */
title: string
severity: Severity
status: FindingStatus
discovered_at: Instant
endpoint_id: OpaqueId
/**
 * The controls that stand on the finding itself.
 * 
 * @maxItems 64
 */
risk_refs: ControlRef[]
/**
 * A few sentences; may be empty.
 */
summary: string
first_seen: Instant
last_seen: Instant
/**
 * Scans that saw it; copies of one run count once.
 */
observations: number
not_seen_since?: FindingNotSeenSince
/**
 * Which of the scan’s targets failed, by its name.
 */
target?: string
/**
 * How the status changed, the last hundred changes, oldest first.
 * 
 * @maxItems 100
 */
status_history: StatusChange[]
/**
 * What the model said, or what was found, with secrets and personal numbers redacted; empty when the imported file has no evidence.
 */
evidence_excerpt: string
/**
 * Of the excerpt’s UTF-8 bytes, as reports state it; null when there is no excerpt.
 */
evidence_excerpt_sha256: (Sha256 | null)
}
/**
 * The first scan, after `last_seen`, that tested it and did not see it. Absent: there is none.
 */
export interface FindingNotSeenSince {
scan_id: OpaqueId
at: Instant
/**
 * Scans that tested it since, and did not see it.
 */
scans: number
}
/**
 * A change of the status.
 */
export interface StatusChange {
from?: FindingStatus
to: FindingStatus
at: Instant
by: DecidedBy
/**
 * Why.
 */
reason?: string
/**
 * `seen_again`: a later scan saw what was said to be fixed. `clean_scans`: the tenant’s policy. Absent: somebody decided.
 */
rule?: ("seen_again" | "clean_scans")
scan_id?: OpaqueId
}
/**
 * A finding in a list.
 */
export interface FindingRow {
id: OpaqueId
scan_id: OpaqueId
/**
 * One line.
 */
title: string
severity: Severity
status: FindingStatus
discovered_at: Instant
first_seen: Instant
last_seen: Instant
/**
 * Scans that saw it; copies of one run count once.
 */
observations: number
}
/**
 * Findings of the token’s tenant.
 */
export interface FindingPage {
/**
 * Newest first.
 * 
 * @maxItems 200
 */
data: FindingRow[]
/**
 * Pass it as `cursor` for the next page; null: this was the last. Opaque.
 */
next_cursor: (string | null)
}
/**
 * An edition.
 */
export interface Edition {
/**
 * As it stands after `@` in a request.
 */
edition: string
/**
 * Its name.
 */
name: string
/**
 * Who publishes it.
 */
publisher: string
/**
 * When, as far as known: a year, a month or a day.
 */
published: string
/**
 * Where.
 */
source_url: string
/**
 * Of the facts that the catalog holds.
 */
licence: string
compared_at: CalendarDate
/**
 * A sentence that every reader of the edition must see.
 */
notice?: string
/**
 * Those that get a verdict, in the framework’s own order.
 * 
 * @maxItems 2000
 */
controls: Control[]
/**
 * Entries that a ref may name and that never have a verdict.
 * 
 * @maxItems 2000
 */
other_entries: OtherEntry[]
}
/**
 * A control.
 */
export interface Control {
ref: ControlRef
/**
 * As the framework writes it.
 */
native_id: string
/**
 * As the framework names it.
 */
title: string
/**
 * Other spellings in use.
 * 
 * @maxItems 32
 * 
 * Items: Another spelling.
 */
aliases: string[]
/**
 * Titles that it had, or that a retired entry had which continues as this one.
 * 
 * @maxItems 16
 * 
 * Items: A title.
 */
former_titles: string[]
parent?: ControlRef
/**
 * MITRE ATLAS only: a tactic is an attacker’s aim, a technique a way to reach it.
 */
kind?: ("tactic" | "technique" | "sub-technique")
/**
 * The class of systems to all of which the control applies: a single test cannot show it broken, so no crosswalk pair leads to it.
 */
applies_to_every?: string
applicability?: ControlApplicability
}
/**
 * The addressees of a control, the systems it is about, and the days from which it applies.
 */
export interface ControlApplicability {
/**
 * Addressees; `none` for provisions that address nobody.
 * 
 * @maxItems 16
 * 
 * Items: An addressee.
 */
roles: string[]
/**
 * Classes that it is about; `any` for all.
 * 
 * @maxItems 16
 * 
 * Items: A class of systems or models.
 */
risk_classes: string[]
/**
 * Days; empty when it shares those of `applies_with`.
 * 
 * @maxItems 16
 * 
 * Items: A day.
 */
applies_from: {
date: CalendarDate
/**
 * The part that applies from then; absent: all of it.
 */
scope?: string
/**
 * The class whose day it is; absent: any.
 */
risk_class?: string
}[]
applies_with?: ControlRef
/**
 * False: the judgement of a single reader, which never makes a control `not_applicable`.
 */
reviewed: boolean
}
/**
 * An entry without a verdict.
 */
export interface OtherEntry {
ref: ControlRef
/**
 * As the framework writes it.
 */
native_id: string
/**
 * As the framework names it.
 */
title: string
/**
 * The kind of entry.
 */
kind: ("mitigation" | "function" | "category" | "action" | "objective")
/**
 * Other spellings in use.
 * 
 * @maxItems 32
 * 
 * Items: Another spelling.
 */
aliases: string[]
/**
 * Titles that it had, or that a retired entry had which continues as this one.
 * 
 * @maxItems 16
 * 
 * Items: A title.
 */
former_titles: string[]
parent?: ControlRef
}
/**
 * A pair of refs of two frameworks.
 */
export interface CrosswalkPair {
ref_a: ControlRef
relation: Relation
ref_b: ControlRef
basis: Basis
strength: Strength
source: CrosswalkSource
/**
 * Licence of the source.
 */
licence: string
/**
 * Why the two belong together: one sentence about the text of both, or the heading where the text is not free.
 */
rationale: string
/**
 * Who reviewed the pair; empty: not reviewed.
 */
reviewed_by: string
/**
 * Publications that assert the pair, in this edition or in a one-to-one equivalent of it.
 */
independent_sources: number
}
/**
 * A framework: its editions with all controls, and where the crosswalk leads from it.
 */
export interface Framework {
slug: FrameworkSlug
/**
 * What a request gets that names no edition.
 */
default_edition: string
/**
 * How its refs are spelled: a regular expression (ECMA-262) that every ref below matches.
 */
ref_grammar: string
/**
 * Oldest first.
 * 
 * @minItems 1
 * @maxItems 16
 */
editions: Edition[]
/**
 * Every known pair with a ref of this framework on one side; no pair follows from others.
 */
crosswalk: {
/**
 * Of the data.
 */
version: string
sha256: Sha256
/**
 * Read `ref_a` <relation> `ref_b`.
 * 
 * @maxItems 10000
 */
pairs: CrosswalkPair[]
}
}
/**
 * A pair seen from this framework: read `ref_a` <relation> `ref_b`.
 */
export interface CrosswalkPairFrom {
ref_a: ControlRef
relation: Relation
ref_b: ControlRef
framework_b: FrameworkSlug
/**
 * The edition that the pair speaks of.
 */
edition_b: string
basis: Basis
strength: Strength
source: CrosswalkSource
/**
 * Licence of the source.
 */
licence: string
/**
 * Why the two belong together: one sentence about the text of both, or the heading where the text is not free.
 */
rationale: string
/**
 * Who reviewed the pair; empty: not reviewed.
 */
reviewed_by: string
/**
 * Publications that assert the pair, in this edition or in a one-to-one equivalent of it.
 */
independent_sources: number
}
/**
 * Where the crosswalk leads from one edition of a framework. Pairs are asserted one by one: none follows from two others.
 */
export interface FrameworkCrosswalk {
framework: FrameworkSlug
/**
 * The edition whose refs the pairs start from.
 */
edition: string
/**
 * Of the data.
 */
version: string
sha256: Sha256
/**
 * By `ref_a` in the framework’s own order, then `ref_b`, then strongest basis first.
 * 
 * @maxItems 10000
 */
pairs: CrosswalkPairFrom[]
}
/**
 * A framework and its editions.
 */
export interface FrameworkRow {
slug: FrameworkSlug
/**
 * What a request gets that names no edition.
 */
default_edition: string
/**
 * What may be asked for, oldest first.
 * 
 * @minItems 1
 * @maxItems 16
 */
editions: EditionRow[]
}
/**
 * An edition, without its controls.
 */
export interface EditionRow {
/**
 * As it stands after `@` in a request.
 */
edition: string
/**
 * Its name.
 */
name: string
/**
 * Who publishes it.
 */
publisher: string
/**
 * When, as far as known: a year, a month or a day.
 */
published: string
/**
 * Where.
 */
source_url: string
/**
 * Of the facts that the catalog holds.
 */
licence: string
compared_at: CalendarDate
/**
 * A sentence that every reader of the edition must see.
 */
notice?: string
}
/**
 * The frameworks that a report can be asked for.
 */
export interface FrameworkList {
/**
 * All of them.
 * 
 * @maxItems 64
 */
data: FrameworkRow[]
}
/**
 * What `GET /api/v2/frameworks/{slug}/crosswalk` can be asked for.
 */
export interface GetCrosswalk {
/**
 * The edition to start from. Default: the framework’s default edition.
 */
edition?: string
}
/**
 * A sign of life.
 */
export interface Health {
/**
 * `ok`: the process answers. `ready`: a report can be made.
 */
status: ("ok" | "ready")
}
/**
 * What `POST /api/v2/findings/import` must be told about the file in its body.
 */
export interface ImportFindings {
format?: ScanFormat
endpoint_id: OpaqueId
/**
 * `true` refuses the whole file when a row cannot be used or a total contradicts its rows; else the rest is kept, and `warnings` says so.
 */
strict?: ("true" | "false")
/**
 * For logs of Inspect AI: which scores pass, as `scorer=value`, `<`, `<=`, `>` or `>=`, several with commas; a scorer’s key follows a dot. Default: `evidence_pass_when` in the task’s metadata; without either, no score is a verdict.
 */
pass_when?: string
/**
 * `true` records nothing and says what would be.
 */
dry_run?: ("true" | "false")
/**
 * The model that was tested, where the file does not say.
 */
model?: string
/**
 * Who runs it, where the file does not say.
 */
provider?: string
/**
 * Its version, where the file does not say.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
/**
 * The edition that `LLM06` and the like mean where a tag does not say, as on a garak probe of one’s own. Default: such a tag is listed as unresolved, unless it is the same in every edition. An edition that is not known is refused with those that are.
 */
owasp_llm_edition?: string
}
/**
 * What an import did. `in` = `recorded` + all `skipped`.
 */
export interface ImportResult {
scan_id: OpaqueId
format: ScanFormat
/**
 * True: nothing was recorded, and the rest says what would be if none of it was recorded before.
 */
dry_run: boolean
counts: ImportCounts
/**
 * Evaluations with a verdict; `total` 0: the scan is "not evaluated", nothing in it is clean.
 */
evaluations: {
/**
 * With a verdict; null when unknown, and then `passed` is null too.
 */
total: (number | null)
/**
 * Behaved; null when unknown.
 */
passed: (number | null)
/**
 * Did not; at least so often when `total` is null.
 */
failed: number
}
run: RunState
/**
 * Controls that the findings and the probes name directly, by ref.
 * 
 * @maxItems 1000
 */
refs: ImportedRef[]
/**
 * Tags in the file that name no control that we know, the first hundred; they give no verdict.
 * 
 * @maxItems 100
 */
unresolved_tags: UnresolvedTag[]
/**
 * Members of the file and of its rows that are not read, so that nothing in them is recorded: the fifty most frequent. Only for the format `native`, whose writers expect every member to be read.
 * 
 * @maxItems 50
 */
unread_members: UnreadMember[]
/**
 * Totals in the file that contradict its rows, and copies of one run.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * What could not be used or had to be read with a doubt, the first hundred; `counts` has all that was skipped.
 * 
 * @maxItems 100
 */
warnings: ImportWarning[]
}
/**
 * A control, and what names it.
 */
export interface ImportedRef {
ref: ControlRef
/**
 * Findings that name it.
 */
findings: number
/**
 * Probes and detectors that name it, whatever came of them.
 */
probes: number
}
/**
 * A tag, and what has it.
 */
export interface UnresolvedTag {
/**
 * As the file has it.
 */
tag: string
/**
 * Findings that have it.
 */
findings: number
/**
 * Probes and detectors that have it.
 */
probes: number
}
/**
 * A member that is not read.
 */
export interface UnreadMember {
/**
 * Its name.
 */
name: string
/**
 * How often it occurs, once a row.
 */
count: number
}
/**
 * Something in the file that somebody should know.
 */
export interface ImportWarning {
/**
 * For a skipped row, the reason under which it is counted.
 */
code: string
/**
 * A sentence.
 */
message: string
/**
 * Where the file has lines, counted from 1.
 */
line?: number
}
/**
 * A public key (RFC 7517 §4, RFC 7518 §6).
 */
export interface PublicJwk {
/**
 * Kind of key.
 */
kty: ("RSA" | "EC")
/**
 * RFC 7638 thumbprint (SHA-256, base64url); the `key_id` of artifacts.
 */
kid: string
/**
 * RFC 7518 §3.1.
 */
alg: ("RS256" | "ES256")
/**
 * Signatures.
 */
use: "sig"
/**
 * The certificate chain, leaf first (RFC 7517 §4.7).
 * 
 * @minItems 1
 * @maxItems 8
 * 
 * Items: A certificate, base64 DER.
 */
x5c: string[]
/**
 * Present: made by the software itself, trusted by nobody.
 */
development?: true
/**
 * From when the key signs: seconds since 1970 (as RFC 7519 §4.1.5). Absent: always.
 */
nbf?: number
/**
 * When the key was or will be retired: seconds since 1970 (as RFC 7519 §4.1.4). What it signed before stays valid. Absent: still in use.
 */
exp?: number
/**
 * RSA modulus, base64url.
 */
n?: string
/**
 * RSA exponent, base64url.
 */
e?: string
/**
 * Curve.
 */
crv?: string
/**
 * Point, base64url.
 */
x?: string
/**
 * Point, base64url.
 */
y?: string
}
/**
 * The public keys that verify our artifacts (RFC 7517 §5).
 */
export interface JwkSet {
/**
 * One per signing key.
 * 
 * @maxItems 64
 */
keys: PublicJwk[]
}
/**
 * What `GET /api/v2/audit` can be asked for.
 */
export interface ListAudit {
/**
 * At most this many rows.
 */
limit?: number
/**
 * `next_cursor` of the page before.
 */
cursor?: string
/**
 * Only this action, or, by its first segments, a family of them.
 */
action?: string
actor?: Actor
from?: CalendarDate
to?: CalendarDate
}
/**
 * What `GET /api/v2/findings` can be asked for.
 */
export interface ListFindings {
/**
 * At most this many rows.
 */
limit?: number
/**
 * `next_cursor` of the page before.
 */
cursor?: string
severity?: Severity
status?: FindingStatus
scan_id?: OpaqueId
endpoint_id?: OpaqueId
}
/**
 * What `GET /api/v2/reports` can be asked for.
 */
export interface ListReports {
/**
 * At most this many rows.
 */
limit?: number
/**
 * `next_cursor` of the page before.
 */
cursor?: string
status?: ReportStatus
format?: ReportFormat
from?: CalendarDate
to?: CalendarDate
}
/**
 * A finding’s refs, direct ones first.
 */
export interface MappedFinding {
id: OpaqueId
/**
 * Why each ref stands there.
 * 
 * @maxItems 1000
 */
mappings: RefMapping[]
}
/**
 * One ref of a finding, and why it stands there.
 */
export interface RefMapping {
ref: ControlRef
basis: Basis
/**
 * Who says so.
 */
source: string
relation?: Relation
via?: ControlRef
strength?: Strength
origin?: RefOrigin
}
/**
 * What is known about one control of a requested framework.
 */
export interface ControlCoverage {
ref: ControlRef
/**
 * As the framework writes it.
 */
nativeId: string
/**
 * Official short title.
 */
title: string
verdict: Verdict
/**
 * Open findings in scope with this ref, on any accepted basis.
 */
findingCount: number
/**
 * Those tagged with it directly, or with the one entry of another edition that is the same control.
 */
directCount: number
/**
 * Evaluations of probes tagged with it directly.
 */
evaluations: {
/**
 * With a verdict; null when unknown, and then `passed` is null too.
 */
total: (number | null)
/**
 * Behaved; null when unknown.
 */
passed: (number | null)
/**
 * Did not; at least so often when `total` is null.
 */
failed: number
}
indicatedBy?: IndicatedBy
outsideScope?: OutsideScope
applicability?: Applicability
notApplicable?: NotApplicable
/**
 * What a reader must know about the verdict.
 */
note?: string
/**
 * The class of systems to all of which the control applies: a single test cannot show it broken, so no crosswalk pair leads to it. Listed apart.
 */
appliesToEvery?: string
}
/**
 * One requested framework.
 */
export interface FrameworkCoverage {
framework: FrameworkSlug
/**
 * Edition.
 */
edition: string
/**
 * Full name.
 */
name: string
/**
 * In catalog order.
 * 
 * @maxItems 400
 */
controls: ControlCoverage[]
comparedAt?: CalendarDate
/**
 * True: that was more than 90 days before `data_as_of`.
 */
stale?: boolean
/**
 * What the publisher says about the text’s standing.
 */
notice?: string
}
/**
 * Two refs of two requested frameworks on the same findings.
 */
export interface Overlap {
refA: ControlRef
refB: ControlRef
/**
 * Findings that carry both.
 */
findingCount: number
/**
 * Findings that carry both directly.
 */
directCount: number
/**
 * How many of the two refs stand directly on the finding where the most do.
 */
directEnds?: number
basisA?: Basis
basisB?: Basis
}
/**
 * What a ref means.
 */
export interface RefTitle {
ref: ControlRef
framework: FrameworkSlug
/**
 * The edition.
 */
edition: string
/**
 * As the framework writes it.
 */
nativeId: string
/**
 * Official short title.
 */
title: string
}
/**
 * A crosswalk pair that puts a ref on a finding of this report.
 */
export interface MappedPair {
refA: ControlRef
refB: ControlRef
relation: Relation
basis: Basis
strength: Strength
/**
 * The pair as its source asserts it; present when it was carried to another edition.
 */
asserted?: {
refA: ControlRef
refB: ControlRef
basis: Basis
}
source: CrosswalkSource
/**
 * Licence of the source.
 */
licence: string
/**
 * Why the two belong together, in one sentence.
 */
rationale: string
/**
 * Who reviewed it; empty: not reviewed.
 */
reviewedBy: string
/**
 * Independent sources that assert it.
 */
independentSources: number
}
/**
 * Refs per finding, coverage per control, overlaps. Stored as RFC 8785 canonical JSON under its SHA-256.
 */
export interface MappingSnapshot {
scopeSnapshotSha256: Sha256
policy: Basis
strength?: Strength
system?: SystemProfile
assessmentDate?: CalendarDate
/**
 * Which crosswalk.
 */
crosswalk: {
/**
 * Version.
 */
version: string
sha256: Sha256
}
rules?: Rules
/**
 * Same order as in the scope snapshot.
 * 
 * @maxItems 1000000
 */
findings: MappedFinding[]
/**
 * Refs over all findings, by basis.
 */
countsByBasis: {
/**
 * Direct.
 */
direct: number
/**
 * Official.
 */
official: number
/**
 * Published.
 */
published: number
/**
 * Derived.
 */
derived: number
}
/**
 * In the order of the request.
 * 
 * @maxItems 6
 */
coverage: FrameworkCoverage[]
/**
 * Most direct ends first, then most findings, then by refs.
 * 
 * @maxItems 100000
 */
overlaps: Overlap[]
/**
 * By tag.
 * 
 * @maxItems 10000
 * 
 * Items: A tag nobody could translate.
 */
unresolvedTags: {
/**
 * Tag.
 */
tag: string
/**
 * Findings with it.
 */
findings: number
}[]
/**
 * What each ref of `findings` and `pairs` means, by ref; a ref that no catalog has is left out.
 * 
 * @maxItems 10000
 */
refs?: RefTitle[]
/**
 * The crosswalk pairs behind the refs of `findings`, by refs.
 * 
 * @maxItems 10000
 */
pairs?: MappedPair[]
}
/**
 * The AI system, as far as a request describes it, so that controls which address someone else, or do not apply yet, are `not_applicable`. What is left out is unknown and makes nothing inapplicable.
 */
export interface SystemProfile {
/**
 * Every role that the organisation has.
 * 
 * @minItems 1
 * @maxItems 4
 */
roles?: SystemRole[]
aiActRiskClass?: AiActRiskClass
generalPurpose?: GeneralPurpose
assessmentDate?: CalendarDate
}
/**
 * One finding in a file of format `native`: an item of `findings` in a NativeScan, or a line of a JSON Lines file. Further members are not read; the import counts and names them.
 */
export interface NativeFinding {
/**
 * The scanner’s own id of the weakness, the same in every scan that finds it. Without it, title, location, probe and detector tell weaknesses apart.
 */
id?: string
/**
 * Where it is, such as a file, a tool or a dialogue.
 */
location?: string
/**
 * Which of the scan’s `targets` failed, by its name.
 */
target?: string
disposition?: NativeDisposition
/**
 * One line; beyond 500 characters it is cut.
 */
title: string
/**
 * A word (`critical`, `high`, `medium` or `moderate`, `low`, `info` or `informational`), or a value of the stated `severity_scale`. Anything else is not guessed: the row is skipped.
 */
severity: (string | number)
severity_scale?: SeverityScale
/**
 * A few sentences; beyond 2,000 characters it is cut.
 */
summary?: string
/**
 * `open` (the default), `triaged`, `fixed` or `resolved`, `accepted`, `false_positive`. Another word is warned of and means `open`.
 */
status?: string
/**
 * Probe, rule or test case; ties the finding to an entry of `probes`.
 */
probe?: string
/**
 * What judged the answers.
 */
detector?: string
/**
 * Controls (`LLM07:2025`, `OWASP_LLM07`, `AML.T0051`, `Article 15`, `A.6.2.8`) and anything else; what names no control is kept as unresolved. At most 64 of each count.
 * 
 * Items: A tag.
 */
tags?: string[]
/**
 * What the model said; secrets and personal numbers are redacted, beyond 2,000 characters it is cut.
 */
excerpt?: string
/**
 * Failed evaluations behind it; 1 when absent.
 */
hits?: number
/**
 * All evaluations behind it, `hits` among them; unknown when absent.
 */
evaluations?: (number | null)
/**
 * RFC 3339; without it the scan’s `started_at`.
 */
discovered_at?: string
/**
 * As in our own reports: more `tags`. With `mappings`, only the refs whose basis is `direct`; the others are listed and give no verdict.
 * 
 * Items: A ref.
 */
framework_refs?: string[]
/**
 * As in `GET /api/v2/findings/{id}`: more `tags`.
 * 
 * Items: A ref.
 */
risk_refs?: string[]
/**
 * As in our own reports: why each ref is there.
 */
mappings?: NativeMapping[]
/**
 * As in our own reports: `excerpt`.
 */
evidence_excerpt?: string
}
/**
 * Of a finding that the file closes: why, and who says so.
 */
export interface NativeDisposition {
/**
 * Why; beyond 1,000 characters it is cut.
 */
justification?: string
/**
 * Who decided.
 */
by?: string
}
/**
 * A ref and its basis.
 */
export interface NativeMapping {
/**
 * The ref.
 */
ref: string
/**
 * `direct`, or what the crosswalk rests on.
 */
basis: string
}
/**
 * The scanner.
 */
export interface NativeTool {
/**
 * Its name.
 */
name: string
/**
 * Its version.
 */
version?: string
}
/**
 * What answered the tests.
 */
export interface NativeTarget {
/**
 * By which findings name it.
 */
name?: string
/**
 * Who runs the model.
 */
provider?: string
/**
 * The model.
 */
model?: string
/**
 * Its version.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
}
/**
 * How one probe and one detector came out.
 */
export interface NativeProbe {
/**
 * Its name.
 */
probe: string
/**
 * What judged the answers.
 */
detector?: string
/**
 * Evaluations that passed.
 */
passed: number
/**
 * Evaluations that failed.
 */
failed: number
/**
 * Run without a verdict.
 */
unscored?: number
/**
 * What the probe tests; as in a finding.
 * 
 * Items: A tag.
 */
tags?: string[]
}
/**
 * What the scanner itself says in sum; what contradicts the rows is recorded as a discrepancy.
 */
export interface NativeTotals {
/**
 * Findings.
 */
findings?: number
/**
 * Evaluations that passed.
 */
passed?: number
/**
 * Evaluations that failed.
 */
failed?: number
}
/**
 * A scan as anybody can write it, for scanners that this product has no importer for: one JSON document, or JSON Lines whose first line is this object without `findings` and whose further lines are a NativeFinding each. Further members are ignored.
 */
export interface NativeScan {
/**
 * Says that this is this format.
 */
format: "evidence-findings/v1"
tool: NativeTool
/**
 * When the scan ran, RFC 3339; without it the import’s instant.
 */
started_at?: string
/**
 * The scanner’s own id of the run: another file with it is a copy, and is counted once.
 */
run_id?: string
/**
 * What was tested.
 * 
 * @maxItems 64
 */
targets?: NativeTarget[]
severity_scale?: SeverityScale
/**
 * Prompts sent.
 */
attempts?: number
/**
 * What was tested, with what came of it: only what stands here, or in a finding, counts as tested.
 * 
 * @maxItems 4000
 */
probes?: NativeProbe[]
totals?: NativeTotals
/**
 * The findings; may be of any number. Absent in JSON Lines.
 */
findings?: NativeFinding[]
}
/**
 * What went wrong and what to do about it: RFC 9457, with the family’s `error` slug.
 */
export interface Problem {
/**
 * Identifies the kind of problem; stable.
 */
type: string
/**
 * The kind of problem, for people; the same each time.
 */
title: string
/**
 * The HTTP status.
 */
status: number
/**
 * This problem, and what to do.
 */
detail: string
/**
 * The kind of problem, for programs; those of a call are listed with it.
 */
error: ("invalid_request" | "framework_unknown" | "scope_invalid" | "invalid_cursor" | "missing_token" | "invalid_token" | "expired_token" | "missing_scope" | "ip_not_allowed" | "link_expired" | "not_found" | "report_not_found" | "finding_not_found" | "framework_not_found" | "method_not_allowed" | "idempotency_key_in_use" | "report_not_ready" | "report_not_expired" | "rules_changed" | "report_expired" | "request_timeout" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_key_reused" | "too_many_streams" | "rate_limited" | "headers_too_large" | "internal_error" | "unavailable")
/**
 * The member, or parameter, that is wrong: a JSON Pointer (RFC 6901) into the body, or the parameter’s name.
 */
field?: string
/**
 * What was sent there; long values are cut.
 */
value?: (string | number | boolean | null | {
[k: string]: unknown
} | unknown[])
/**
 * What would be right.
 * 
 * @maxItems 64
 * 
 * Items: A value that would be right.
 */
allowed?: (string | number)[]
/**
 * The most that the call takes, in bytes.
 */
limit_bytes?: number
/**
 * After so long the call is taken again; also in `Retry-After`.
 */
retry_after_seconds?: number
/**
 * So many calls are let through in each `window`, in the long run.
 */
limit?: number
/**
 * What `limit` is counted over.
 */
window?: string
report_status?: ReportStatus
/**
 * What is missing for a report to be made.
 * 
 * @maxItems 32
 * 
 * Items: A part of the system.
 */
not_ready?: string[]
}
/**
 * A report as its clients see it. Every member but `request` is always there; null: not yet, or not at all.
 */
export interface Report {
id: ReportId
status: ReportStatus
format: ReportFormat
queued_at: Instant
/**
 * As requested.
 */
title: string
/**
 * In the order of the request.
 * 
 * @maxItems 6
 */
frameworks: FrameworkSlug[]
/**
 * The editions that the report is pinned to.
 * 
 * @maxItems 6
 */
framework_editions: FrameworkEdition[]
/**
 * As requested.
 */
scope: {
/**
 * First day, inclusive; null: no bound.
 */
from: (CalendarDate | null)
/**
 * Last day, inclusive; null: no bound.
 */
to: (CalendarDate | null)
/**
 * Empty: all.
 * 
 * @maxItems 1000
 */
endpoint_ids: OpaqueId[]
/**
 * Worst first; all five when the request named none.
 * 
 * @maxItems 5
 */
include_severities: Severity[]
}
mapping: Basis
strength: Strength
/**
 * The AI system as described; null: not described.
 */
system: (SystemDescription | null)
/**
 * How far it is.
 */
progress: {
/**
 * The stage at work. `finished`: nothing more will happen by itself, whatever the status.
 */
stage: ("queued" | "scoping" | "mapping" | "rendering" | "finished")
}
/**
 * When the work began.
 */
started_at: (Instant | null)
/**
 * When the artifact was signed and stored.
 */
ready_at: (Instant | null)
/**
 * End of retention: the artifact is pruned then, unless a legal hold stands.
 */
expires_at: (Instant | null)
/**
 * Null unless `failed`.
 */
failure: ({
/**
 * The stage that gave up.
 */
stage: ("scoping" | "mapping" | "rendering" | "expiry")
/**
 * For programs.
 */
code: string
/**
 * What to do.
 */
message: string
} | null)
/**
 * Known once the report is ready, and still when it has expired: a copy elsewhere can be recognised.
 */
artifact: ({
sha256: Sha256
/**
 * Length in bytes.
 */
size_bytes: number
/**
 * Media type (RFC 6838).
 */
media_type: string
/**
 * Of what the report says: its canonical JSON (RFC 8785) without report_id, generated_at, signature and renderer_version. Equal in a PDF and a JSON of the same, and in a report that regenerates this one. Null: made before it was recorded.
 */
content_sha256: (Sha256 | null)
} | null)
/**
 * Null unless `ready`. Needs the bearer token.
 */
download_url: (string | null)
request?: CreateReport
/**
 * While it is held, a report does not expire. Null: it is not.
 */
legal_hold: ({
placed_at: Instant
/**
 * Why, as the operator put it.
 */
reason: string
} | null)
/**
 * The expired report that this one is to be again. Null: none.
 */
regenerates: (ReportId | null)
}
/**
 * The request is on record. Poll the report at `Location`.
 */
export interface ReportAccepted {
id: ReportId
/**
 * Always `queued`.
 */
status: "queued"
format: ReportFormat
queued_at: Instant
}
/**
 * Reports of the token’s tenant.
 */
export interface ReportPage {
/**
 * Newest first.
 * 
 * @maxItems 200
 */
data: Report[]
/**
 * Pass it as `cursor` for the next page; null: this was the last. Opaque.
 */
next_cursor: (string | null)
}
/**
 * One step of a report: the `data` of a server-sent event of `GET /api/v2/reports/{id}/events`.
 */
export interface ReportProgress {
id: ReportId
status: ReportStatus
/**
 * What is being done since this step.
 */
stage: ("queued" | "scoping" | "mapping" | "rendering" | "finished")
at: Instant
}
/**
 * An open weakness in scope, as the last scan on or before the scope’s `to` saw it.
 */
export interface ScopedFinding {
id: OpaqueId
scanId: OpaqueId
endpointId: OpaqueId
/**
 * One line.
 */
title: string
severity: Severity
/**
 * What the tool said.
 */
severityOriginal: string
status: FindingStatus
discoveredAt: Instant
tool: Tool
/**
 * Probe, rule or plugin.
 */
probe: string
/**
 * Detector; may be empty.
 */
detector: string
/**
 * Refs on the finding itself.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Tags that were not translated.
 * 
 * @maxItems 64
 * 
 * Items: Tag.
 */
unresolvedTags: string[]
/**
 * Of the redacted excerpt; null when the file has no evidence.
 */
evidenceExcerptSha256: (Sha256 | null)
/**
 * Only in a report that shows evidence.
 */
evidenceExcerpt?: string
/**
 * Failed evaluations; at least so many when `evaluations` is null.
 */
hits: number
/**
 * Evaluations; null when unknown.
 */
evaluations: (number | null)
score?: Score
firstSeenAt: Instant
lastSeenAt: Instant
/**
 * Scans that saw it, as of the point; copies of one run count once.
 */
observations: number
notSeenSince?: NotSeenSince
/**
 * Which of the scan’s targets failed, by its name.
 */
target?: string
}
/**
 * A ref that stands on the finding itself.
 */
export interface DirectRef {
ref: ControlRef
/**
 * As the scanner wrote it.
 */
native: string
/**
 * Who put it there.
 */
source: string
origin?: RefOrigin
}
/**
 * The first scan, after the last one that saw the weakness, that tested it and did not see it.
 */
export interface NotSeenSince {
scanId: OpaqueId
at: Instant
/**
 * Scans that tested it since it was last seen, and did not see it.
 */
scans: number
}
/**
 * A finding that somebody closed.
 */
export interface Disposition {
findingId: OpaqueId
/**
 * One line.
 */
title: string
severity: Severity
status: FindingStatus
decidedAt: Instant
decidedBy: DecidedBy
/**
 * Why.
 */
reason?: string
firstSeenAt: Instant
lastSeenAt: Instant
/**
 * Scans that saw it, as of the point; copies of one run count once.
 */
observations: number
notSeenSince?: NotSeenSince
/**
 * How the file closed it, where the file did.
 */
kind?: string
}
/**
 * A scan in scope.
 */
export interface ScopedScan {
id: OpaqueId
endpointId: OpaqueId
tool: Tool
/**
 * Format of the file.
 */
format: string
sourceSha256: Sha256
startedAt: Instant
/**
 * Attempts.
 */
attempts: number
/**
 * False: nothing in it is clean.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
/**
 * Per probe and detector.
 * 
 * @maxItems 4000
 */
probes: ProbeResult[]
counts: ImportCounts
/**
 * Totals that contradict rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * The scanner’s own id of the run.
 */
runId?: string
/**
 * What was tested; empty: not pinned.
 * 
 * @maxItems 64
 */
targets: TestTarget[]
suite?: TestSuite
}
/**
 * What one probe and one detector found: the unit of "tested".
 */
export interface ProbeResult {
/**
 * Probe, rule or plugin.
 */
probe: string
/**
 * Detector or assertion; empty when the tool has none.
 */
detector: string
evaluations: Evaluations
score?: Score
/**
 * What the probe tests, by framework.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Tags that were not translated, never guessed.
 * 
 * @maxItems 64
 * 
 * Items: A tag that names no control of ours.
 */
unresolvedTags: string[]
}
/**
 * What answered the tests, as far as the file or the importer states it.
 */
export interface TestTarget {
/**
 * As the scan calls it; findings name their target by it. Empty: the only one, which has no name.
 */
name: string
/**
 * Who runs the model.
 */
provider?: string
/**
 * The model.
 */
model?: string
/**
 * Its version.
 */
modelVersion?: string
systemPromptSha256?: Sha256
toolsSha256?: Sha256
evaluations?: Evaluations
}
/**
 * Findings outside the scope that have severity, status and refs in common.
 */
export interface OutsideFindings {
severity: Severity
status: FindingStatus
/**
 * Refs on the findings themselves.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * How many.
 */
findings: number
}
/**
 * The findings in scope and what was tested. Stored as RFC 8785 canonical JSON under its SHA-256. The point of the log as of which it was resolved stands in `ReportScoped.dataAsOf` and not here, so equal evidence gives equal bytes, in whatever order independent scans were imported.
 */
export interface ScopeSnapshot {
tenant: TenantSlug
scope: ReportScope
/**
 * Worst severity first, then by id.
 * 
 * @maxItems 1000000
 */
findings: ScopedFinding[]
/**
 * Findings that match the scope but are no longer open: who decided, and when.
 * 
 * @maxItems 1000000
 */
dispositions: Disposition[]
/**
 * Scans that match the endpoints and dates of the scope, by id.
 * 
 * @maxItems 100000
 */
scans: ScopedScan[]
/**
 * `considered` = `included` + all `excluded`.
 */
counts: {
/**
 * All findings of the tenant.
 */
considered: number
/**
 * Length of `findings`.
 */
included: number
excluded: CountsByReason
}
/**
 * Findings on the endpoints and days of the scope that are not in `findings`, because they are closed or of a severity that was not requested; by severity, status and refs. Absent: recorded before these were kept.
 * 
 * @maxItems 1000000
 */
outside?: OutsideFindings[]
}
/**
 * What a report covers. Empty lists and absent dates do not narrow.
 */
export interface ReportScope {
/**
 * Only findings of these endpoints; empty: of all.
 * 
 * @maxItems 1000
 */
endpointIds: OpaqueId[]
/**
 * Only these severities; empty: all.
 * 
 * @maxItems 5
 */
includeSeverities: Severity[]
from?: CalendarDate
to?: CalendarDate
}
export interface SigningKey2 {
/**
 * The signing certificate, then its issuers, PEM. All that the gateway reads, which publishes the keys.
 */
certificateFile: string
validFrom?: Instant
retiredAt?: Instant
/**
 * Where the private key is: in one of three places. Absent only for a retired key.
 */
privateKey?: ({
[k: string]: unknown
} & {
/**
 * PKCS #8, PKCS #1 or SEC 1, not encrypted.
 */
pemFile?: string
/**
 * PKCS #12 (RFC 7292) with one private key.
 */
pkcs12File?: string
/**
 * The passphrase of the PKCS #12 file, on the first line.
 */
passphraseFile?: string
/**
 * An ES module whose `sign({ bytes, digest, algorithm, signal })` asks a KMS or HSM and resolves to the signature: RSASSA-PKCS1-v1_5, or ECDSA P-256 in DER, with SHA-256.
 */
module?: string
})
}
/**
 * The signing keys of an installation over time: the file that `SIGNING_KEYS_FILE` names. Paths start at that file's folder.
 */
export interface SigningKeys {
/**
 * Of the keys in use at an instant, the one that was put to use last signs. To rotate, add a key with a `validFrom` ahead and retire the old one an hour after it.
 * 
 * @minItems 1
 * @maxItems 64
 */
keys: SigningKey[]
}
/**
 * Stored bytes, named by what they are.
 */
export interface Blob {
sha256: Sha256
/**
 * Length in bytes.
 */
sizeBytes: number
/**
 * Media type (RFC 6838).
 */
mediaType: string
}
/**
 * What the imported file says about a finding that it closes.
 */
export interface FileDisposition {
/**
 * How the file closes it: SARIF’s kind of suppression (`inSource`, `external`), or the status that the file gives.
 */
kind: string
/**
 * The file’s own reason.
 */
justification?: string
/**
 * Its author, as the file names it.
 */
by?: string
/**
 * Where it is written down, as far as the file says.
 */
place?: string
}
/**
 * Which run a file is of, by the scanner’s own id, and which copy of it.
 */
export interface RunCopy {
/**
 * The run’s id.
 */
runId: string
/**
 * What kind of copy this file is, the most complete first.
 */
kind: ("report" | "digest" | "hitlog")
/**
 * How much it holds: of two copies of one kind, the one with more is the more complete.
 */
results: number
}
/**
 * A client called with a token of a tenant, and was answered or refused. Stands in the tenant’s audit stream. Holds no secret: neither the token nor the query, the headers or the body.
 */
export interface ApiCallAudited {
/**
 * The call; `requestId` in the service’s log.
 */
callId: string
tenant: TenantSlug
calledAt: Instant
/**
 * What was asked for, in two or three segments; `auth.denied` when the token was not good for it.
 */
action: string
actor: Actor
/**
 * Who the token’s issuer says it is (`sub`, RFC 7519 §4.1.2); null: the token was minted by us.
 */
subject: (string | null)
/**
 * The HTTP method.
 */
method: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")
/**
 * The path as the OpenAPI document has it, without the values in it.
 */
route: string
/**
 * The report or finding that the path names; null: none, or not known to be an id.
 */
resourceId: (OpaqueId | null)
/**
 * The HTTP status of the answer; null: the client was gone before it was whole.
 */
status: (number | null)
/**
 * The problem’s slug; null: it was answered as asked.
 */
error: (string | null)
/**
 * Where the call came from; null: not told by the proxy in front.
 */
address: (string | null)
}
/**
 * A bearer token exists. The token itself was shown once and is stored nowhere; its hash is here.
 */
export interface ApiTokenMinted {
tokenId: OpaqueId
tenant: TenantSlug
/**
 * What people call it.
 */
name: string
sha256: Sha256
/**
 * What it may do.
 * 
 * @maxItems 64
 * 
 * Items: A scope; unknown ones are kept and harmless.
 */
scopes: string[]
mintedAt: Instant
expiresAt?: Instant
/**
 * Source addresses that may use it. Absent or empty: any.
 * 
 * @maxItems 64
 * 
 * Items: CIDR (RFC 4632, RFC 4291).
 */
allowedCidrs?: string[]
}
/**
 * A bearer token must not be accepted any more.
 */
export interface ApiTokenRevoked {
tokenId: OpaqueId
revokedAt: Instant
}
/**
 * After how many scans that tested a weakness without seeing it it is resolved. Holds for scans imported afterwards.
 */
export interface AutoResolvePolicySet {
tenant: TenantSlug
/**
 * Null: never; closing is a decision, as without a policy.
 */
afterCleanScans: (number | null)
setAt: Instant
setBy: Actor
}
/**
 * What travels on the bus: one CloudEvents 1.0 document in structured mode (application/cloudevents+json).
 */
export interface CloudEvent {
/**
 * CloudEvents 1.0.
 */
specversion: "1.0"
/**
 * The event’s id in the event store, and the Nats-Msg-Id.
 */
id: string
/**
 * The service that wrote the event.
 */
source: string
/**
 * The schema of `data`.
 */
type: string
/**
 * The report.
 */
subject: string
time: Instant
/**
 * Always JSON.
 */
datacontenttype: "application/json"
/**
 * The id of the schema of `data`.
 */
dataschema: string
tenant: TenantSlug
/**
 * Extension: the report.
 */
correlationid: string
/**
 * Extension: what led to it.
 */
causationid: string
actor: Actor
position: Position
/**
 * The event’s data, valid against `dataschema`.
 */
data: {

}
/**
 * Extension: distributed tracing.
 */
traceparent?: string
/**
 * Extension: distributed tracing.
 */
tracestate?: string
}
/**
 * What stands beside every event: who, why, and in which trace. Same members on every event.
 */
export interface EventMetadata {
/**
 * The event. Derived (UUIDv5 of cause and type) where a redelivery must not make a second one.
 */
eventId: string
tenant: TenantSlug
/**
 * What it all belongs to: the report’s id, or the id of the thing when there is no report.
 */
correlationId: string
/**
 * The event, request or command that led to this one.
 */
causationId: string
occurredAt: Instant
actor: Actor
/**
 * The schema of the data.
 */
schema: string
/**
 * W3C Trace Context. A replay links to it, it never continues it.
 */
traceparent?: string
/**
 * W3C Trace Context, vendor part.
 */
tracestate?: string
}
/**
 * A scan found a weakness for the first time. `FindingObserved`: it found it again.
 */
export interface FindingRecorded {
findingId: OpaqueId
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
/**
 * One line.
 */
title: string
/**
 * A few sentences; may be empty.
 */
summary: string
severity: Severity
/**
 * What the tool said, before our rule.
 */
severityOriginal: string
status: FindingStatus
discoveredAt: Instant
/**
 * Probe, rule or plugin.
 */
probe: string
/**
 * Detector or assertion; may be empty.
 */
detector: string
/**
 * Refs on the finding itself.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Tags that were not translated, never guessed.
 * 
 * @maxItems 64
 * 
 * Items: A tag that names no control of ours.
 */
unresolvedTags: string[]
/**
 * What stands behind it.
 */
evidence: {
/**
 * Redacted excerpt; may be empty.
 */
excerpt: string
/**
 * Of the excerpt’s UTF-8 bytes; null when the excerpt is empty: the file has no evidence.
 */
excerptSha256: (Sha256 | null)
/**
 * Failed evaluations; at least so many when `evaluations` is null.
 */
hits: number
/**
 * Evaluations with a verdict; null when unknown.
 */
evaluations: (number | null)
score?: Score
}
/**
 * What makes it the same weakness in another scan of the endpoint. Absent in events from before weaknesses had one.
 * 
 * @minItems 2
 * @maxItems 16
 * 
 * Items: The tool, then what the scanner tells it apart by.
 */
identity?: string[]
/**
 * Which of the scan’s targets failed, by its name; absent when the scan has one or none.
 */
target?: string
disposition?: FileDisposition
}
/**
 * A finding’s status changed: somebody decided, or a rule did.
 */
export interface FindingStatusChanged {
findingId: OpaqueId
tenant: TenantSlug
from: FindingStatus
to: FindingStatus
changedAt: Instant
changedBy: Actor
/**
 * Why.
 */
reason?: string
/**
 * `seen_again`: a later scan saw what was said to be fixed. `clean_scans`: the tenant’s policy. Absent: somebody decided.
 */
rule?: ("seen_again" | "clean_scans")
scanId?: OpaqueId
scanRanAt?: Instant
}
/**
 * Somebody is about to say that a finding is fixed. In `weaknesses-<tenant>/<endpointId>`, before the `FindingStatusChanged`: a scan that sees the weakness again knows by it that there is something to reopen.
 */
export interface FixClaimed {
findingId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
claimedAt: Instant
claimedBy: Actor
}
/**
 * A client asked for a report under an idempotency key that was free. For 24 hours from `claimedAt` the key stands for this report. In `idempotency-<keySha256>`, before the report’s own `ReportRequested`: the key itself is written nowhere.
 */
export interface IdempotencyKeyClaimed {
keySha256: Sha256
tenant: TenantSlug
requestSha256: Sha256
reportId: ReportId
claimedAt: Instant
claimedBy: Actor
}
/**
 * This report must not be pruned, whatever its retention.
 */
export interface LegalHoldPlaced {
tenant: TenantSlug
reportId: ReportId
/**
 * Why.
 */
reason: string
placedAt: Instant
placedBy: Actor
}
/**
 * The hold is lifted; retention decides again.
 */
export interface LegalHoldReleased {
tenant: TenantSlug
reportId: ReportId
releasedAt: Instant
releasedBy: Actor
}
/**
 * A message that this service can never handle, set aside with everything an operator needs.
 */
export interface MessageParked {
/**
 * Who parked it.
 */
service: ("gateway" | "scoping" | "mapping" | "renderer" | "expiry")
/**
 * Where it came from.
 */
subject: string
/**
 * Its sequence in the JetStream stream.
 */
streamSequence: number
/**
 * The original bytes, base64.
 */
body: string
/**
 * Why, as a code.
 */
code: string
/**
 * Why, as a sentence.
 */
message: string
/**
 * How often it was tried.
 */
deliveries: number
firstSeenAt: Instant
parkedAt: Instant
reportId?: ReportId
}
/**
 * A client began to download the artifact.
 */
export interface ReportDownloaded {
reportId: ReportId
downloadedAt: Instant
downloadedBy: Actor
artifactSha256: Sha256
}
/**
 * Retention has ended; the artifact is pruned. Terminal.
 */
export interface ReportExpired {
reportId: ReportId
expiredAt: Instant
artifactSha256: Sha256
}
/**
 * A stage gave up for good. Terminal.
 */
export interface ReportFailed {
reportId: ReportId
failedAt: Instant
/**
 * Which stage.
 */
stage: ("scoping" | "mapping" | "rendering" | "expiry")
/**
 * A closed set per stage.
 */
code: string
/**
 * A sentence that tells the client what to do.
 */
message: string
}
/**
 * Refs per finding, coverage per control and overlaps are computed and stored as a content-addressed snapshot.
 */
export interface ReportMapped {
reportId: ReportId
mappedAt: Instant
scopeSnapshot: Blob
snapshot: Blob
/**
 * Which crosswalk was used.
 */
crosswalk: {
/**
 * Its version.
 */
version: string
sha256: Sha256
}
rules?: Rules
/**
 * For a glance.
 */
counts: {
/**
 * Mapped findings.
 */
findings: number
/**
 * Refs over all findings.
 */
refs: number
/**
 * Pairs.
 */
overlaps: number
}
}
/**
 * The artifact is typeset, signed and stored. What other services subscribe to.
 */
export interface ReportReady {
reportId: ReportId
readyAt: Instant
expiresAt: Instant
format: ReportFormat
artifact: Blob
attestation: Blob
/**
 * Who signed.
 */
signature: {
/**
 * RFC 7638 thumbprint; the key stands in /.well-known/jwks.json.
 */
keyId: string
/**
 * RFC 7518 §3.1.
 */
algorithm: ("RS256" | "ES256")
/**
 * True: made by the software itself, trusted by nobody.
 */
developmentKey: boolean
/**
 * Of a PDF: its PAdES baseline level (ETSI EN 319 142-1), the one that was configured and never a lower one.
 */
level?: ("B-B" | "B-T" | "B-LT" | "B-LTA")
}
/**
 * For a glance.
 */
summary: {
/**
 * Findings in the report.
 */
findings: number
/**
 * Open ones among them.
 */
totalOpen: number
/**
 * Open findings by severity, of the severities that were asked for.
 */
bySeverity?: {
/**
 * Open findings of severity critical.
 */
critical?: number
/**
 * Open findings of severity high.
 */
high?: number
/**
 * Open findings of severity medium.
 */
medium?: number
/**
 * Open findings of severity low.
 */
low?: number
/**
 * Open findings of severity info.
 */
info?: number
}
}
/**
 * Same positions and same renderer version: same bytes.
 */
rendererVersion: string
/**
 * As requested.
 */
title?: string
/**
 * Where the artifact is, below the address of the REST API; with a token of the tenant.
 */
downloadPath?: string
contentSha256?: Sha256
}
/**
 * A client asked for a report. The first event of `report-<reportId>`; its position is the point as of which findings are resolved.
 */
export interface ReportRequested {
reportId: ReportId
tenant: TenantSlug
/**
 * Shown on the cover.
 */
title: string
/**
 * In the order of the request.
 * 
 * @minItems 1
 * @maxItems 6
 */
frameworks: FrameworkEdition[]
scope: ReportScope
format: ReportFormat
mapping: Basis
strength?: Strength
system?: SystemProfile
requestedAt: Instant
requestedBy: Actor
template?: PackTemplate
/**
 * Where people read a finding, with `{id}` in place of its id, as it was set when the report was asked for; absent: before there was such a setting.
 */
findingUrlTemplate?: string
/**
 * The report is to be what an expired one was: its data are taken as of the same point. Absent: as of this event.
 */
regenerates?: {
reportId: ReportId
dataAsOf: LogPoint
}
/**
 * Whether the report shows the excerpts; absent: it does not.
 */
includeEvidence?: boolean
}
/**
 * The findings in scope are resolved, as of a point in the log, and stored as a content-addressed snapshot.
 */
export interface ReportScoped {
reportId: ReportId
scopedAt: Instant
dataAsOf: LogPoint
snapshot: Blob
/**
 * `considered` = `included` + all `excluded`.
 */
counts: {
/**
 * All findings of the tenant as of the point.
 */
considered: number
/**
 * In the report.
 */
included: number
excluded: CountsByReason
/**
 * Scans in scope.
 */
scans: number
}
}
/**
 * Scoping has taken the request up. Status becomes `running`.
 */
export interface ReportStarted {
reportId: ReportId
startedAt: Instant
}
/**
 * How long this tenant’s reports live. Holds for reports that become ready afterwards.
 */
export interface RetentionPolicySet {
tenant: TenantSlug
/**
 * 1 second to 36,500 days.
 */
retentionSeconds: number
setAt: Instant
setBy: Actor
}
/**
 * A scan was compared with what was known of its endpoint’s weaknesses, before its findings were recorded. In `weaknesses-<tenant>/<endpointId>`, at the revision it was decided on. A long one is several events of one append.
 */
export interface ScanCompared {
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
/**
 * The scanner’s name.
 */
tool: string
startedAt: Instant
comparedAt: Instant
copyOf?: CopyOf
/**
 * Different weaknesses in the file.
 */
seen: number
/**
 * Seen for the first time.
 * 
 * @maxItems 20000
 */
first: FirstSeen[]
/**
 * Seen before, and again.
 * 
 * @maxItems 20000
 */
again: OpaqueId[]
/**
 * Seen before by an older scan, tested by this one, and not seen.
 * 
 * @maxItems 20000
 */
notSeen: OpaqueId[]
/**
 * Seen, and closed in the file itself: suppressed, accepted, fixed or a false positive.
 * 
 * @maxItems 20000
 */
closed: OpaqueId[]
/**
 * Resolved by the tenant’s policy, having been tested so many times without being seen.
 * 
 * @maxItems 20000
 */
resolved: OpaqueId[]
copy?: RunCopy
}
/**
 * An earlier scan of the same run. What both saw is counted once.
 */
export interface CopyOf {
scanId: OpaqueId
/**
 * True: the earlier one is superseded by this one, which is more complete. False: this one is by it.
 */
superseded: boolean
}
/**
 * Weaknesses that are tested together.
 */
export interface FirstSeen {
/**
 * What a scan has to run to test them, as a digest; absent: each is its own test.
 */
testId?: string
/**
 * The weaknesses.
 * 
 * @maxItems 20000
 */
findingIds: OpaqueId[]
}
/**
 * A scan was imported: what was tested. The first event of `scan-<scanId>`; its findings follow in the same stream.
 */
export interface ScanRecorded {
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
format: ScanFormat
tool: Tool
sourceSha256: Sha256
importedAt: Instant
startedAt: Instant
/**
 * Attempts (prompts sent) in the file.
 */
attempts: number
/**
 * False: no evaluation with a verdict, so nothing in it is clean.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
/**
 * Per probe and detector.
 * 
 * @maxItems 4000
 */
probes: ProbeResult[]
counts: ImportCounts
/**
 * Totals that contradict rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * What was tested. Empty: neither the file nor the importer says (“target not pinned”).
 * 
 * @maxItems 64
 */
targets?: TestTarget[]
suite?: TestSuite
copy?: RunCopy
}
/**
 * Two scans are copies of one run: what both saw, and what was tested, counts in one of them only. In the stream of the one that does not count.
 */
export interface ScanSuperseded {
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
by: OpaqueId
copy: RunCopy
/**
 * Different weaknesses in the superseded file.
 */
findings: number
supersededAt: Instant
}
