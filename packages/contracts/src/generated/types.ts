// Generated from /contracts by packages/contracts/generate.mjs. Edit the schema, then run `npm run generate`.

/**
 * An instant in UTC (RFC 3339).
 */
export type Instant = string
/**
 * Who caused the event: a token, a service, or the operator at the command line.
 */
export type Actor = string
/**
 * An id from elsewhere (`ep_…`, `fnd_…`, a UUID): printable ASCII without spaces, never parsed.
 */
export type OpaqueId = string
/**
 * Role of the organisation in relation to the AI system (AI Act, Article 3).
 */
export type SystemRole = ("provider" | "deployer" | "importer" | "distributor")
/**
 * Class of the AI system under the AI Act: a prohibited practice (Article 5), high-risk under Annex I or Annex III, subject to Article 50 only, or none of these.
 */
export type AiActRiskClass = ("prohibited" | "high_risk_annex_i" | "high_risk_annex_iii" | "transparency" | "minimal")
/**
 * Whether the subject is a general-purpose AI model, and whether it has systemic risk (AI Act, Articles 51 to 55).
 */
export type GeneralPurpose = ("none" | "general_purpose" | "systemic_risk")
/**
 * A day in UTC (RFC 3339 full-date).
 */
export type CalendarDate = string
/**
 * Severity, worst first.
 */
export type Severity = ("critical" | "high" | "medium" | "low" | "info")
/**
 * Format of the artifact.
 */
export type ReportFormat = ("pdf" | "json")
/**
 * Why a finding carries a ref, strongest first. `direct`: the finding itself is tagged with it. `official`: a framework’s publisher asserts the pair. `published`: another named source asserts it. `derived`: carried over from another edition, inferred, or our own reading.
 */
export type Basis = ("direct" | "official" | "published" | "derived")
/**
 * How closely the two controls of a crosswalk pair are related, strongest first. `primary`: both are about the same thing. `supporting`: one helps with the other.
 */
export type Strength = ("primary" | "supporting")
/**
 * A part of the page. A string is short for `{"text": …}`. An object has exactly one of text, stack, columns, ul, ol, table, rule and forEach, and its style; lists and columns pass their style on to their content. A forEach has no style, and may be used wherever any number of parts is allowed: not as a column or a cell, where a stack can contain it. In texts, `{{ path }}` is replaced by a value of the report.
 */
export type PackNode = (string | {
/**
 * A paragraph: a text, or runs with different styles. Consecutive white space is collapsed to one space.
 * 
 * @minItems 1
 * @maxItems 64
 */
text?: (string | PackRun[])
/**
 * Parts placed one below the other.
 * 
 * @minItems 1
 * @maxItems 500
 */
stack?: PackNode[]
/**
 * Parts placed side by side; each may have a `width`.
 * 
 * @minItems 1
 * @maxItems 8
 */
columns?: PackNode[]
/**
 * A bulleted list.
 * 
 * @minItems 1
 * @maxItems 500
 */
ul?: PackNode[]
/**
 * A numbered list.
 * 
 * @minItems 1
 * @maxItems 500
 */
ol?: PackNode[]
table?: PackTable
/**
 * A horizontal line across the full width.
 */
rule?: {
/**
 * Thickness in points. Default 0.4.
 */
thickness?: number
/**
 * Colour of the line. Default grey.
 */
color?: string
}
/**
 * Path to a list of the report, whose items are repeated. It begins with `report`, or with the `as` of an enclosing forEach. A list cannot be iterated again inside itself.
 */
forEach?: string
/**
 * Name of the item in the paths inside. It must not be `report`, `page` or the name of an enclosing forEach.
 */
as?: string
/**
 * What is shown for each item, at this place among the surrounding parts.
 * 
 * @minItems 1
 * @maxItems 500
 */
content?: PackNode[]
/**
 * What is shown if there are no items. Required, so that an empty list never silently looks clean.
 * 
 * @minItems 1
 * @maxItems 500
 */
empty?: PackNode[]
/**
 * Level of a heading. A heading has the heading style unless another is set, and a bookmark. For a text only.
 */
headlineLevel?: number
/**
 * Turns the text into a link: a path to a `url` in the report, linked if it is http or https. A template cannot contain an address of its own, so links in a signed document lead only where the evidence leads.
 */
link?: string
/**
 * Name of a style in `styles`. Properties set on the part itself take precedence.
 */
style?: string
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * Font size in points. Default 9.
 */
fontSize?: number
/**
 * Whether the text is semi-bold.
 */
bold?: boolean
/**
 * Whether the text is italic; IBM Plex Sans only.
 */
italics?: boolean
/**
 * Colour of the text.
 */
color?: string
/**
 * Line height, as a multiple of the font’s own.
 */
lineHeight?: number
/**
 * Alignment of the lines.
 */
alignment?: ("left" | "center" | "right" | "justify")
/**
 * Left, top, right and bottom margin, in points.
 * 
 * @minItems 4
 * @maxItems 4
 * 
 * Items: Margin in points.
 */
margin?: number[]
/**
 * Starts a new page. Not allowed inside columns, lists and tables.
 */
pageBreak?: ("before" | "after")
/**
 * Only for a part of `columns`: width in points, or `*` (default) for an equal share of the rest.
 */
width?: (number | string)
/**
 * Gap between `columns`, in points. Default 12.
 */
columnGap?: number
/**
 * Background colour of a table cell. Not allowed elsewhere.
 */
fillColor?: string
/**
 * Number of columns that a table cell spans. Not allowed elsewhere.
 */
colSpan?: number
})
/**
 * A run of text in a paragraph. A string is short for `{"text": …}`.
 */
export type PackRun = (string | {
/**
 * The text. `{{ path }}` is replaced by a value of the report; a list of values is joined by commas, and a missing value is shown as a dash.
 */
text: string
/**
 * Turns the text into a link: a path to a `url` in the report, linked if it is http or https. A template cannot contain an address of its own, so links in a signed document lead only where the evidence leads.
 */
link?: string
/**
 * Name of a style in `styles`. Properties set on the part itself take precedence.
 */
style?: string
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * Font size in points. Default 9.
 */
fontSize?: number
/**
 * Whether the text is semi-bold.
 */
bold?: boolean
/**
 * Whether the text is italic; IBM Plex Sans only.
 */
italics?: boolean
/**
 * Colour of the text.
 */
color?: string
})
/**
 * The cells of a row, which fill its columns; or rows repeated for each item of a list.
 * 
 * @minItems 1
 * @maxItems 16
 */
export type PackRow = (PackNode[] | {
/**
 * Path to a list of the report, whose items are repeated. It begins with `report`, or with the `as` of an enclosing forEach. A list cannot be iterated again inside itself.
 */
forEach: string
/**
 * Name of the item in the paths inside. It must not be `report`, `page` or the name of an enclosing forEach.
 */
as: string
/**
 * Rows for each item.
 * 
 * @minItems 1
 * @maxItems 16
 */
rows: PackRow[]
/**
 * Rows shown if there are no items.
 * 
 * @minItems 1
 * @maxItems 16
 */
empty: PackRow[]
})
/**
 * A control of a framework: `<slug>_<id>`, with dots and hyphens replaced by `_`.
 */
export type ControlRef = string
/**
 * SHA-256 in lower-case hex (FIPS 180-4).
 */
export type Sha256 = string
/**
 * Status of a finding. `open` and `triaged` count as open; the other three mean that it is closed.
 */
export type FindingStatus = ("open" | "triaged" | "fixed" | "accepted" | "false_positive")
/**
 * Share of attempts that passed, as stated by the tool, from 0 to 1 (best).
 */
export type Score = number
/**
 * How the first ref of a crosswalk pair relates to the second.
 */
export type Relation = ("equal" | "subset" | "superset" | "intersects" | "related")
/**
 * Where a direct ref comes from. `file`: the imported file states the tag. `tool_table`: the file states only the probe, and the table published by the tool states the tag, in the version named by `source`.
 */
export type RefOrigin = ("file" | "tool_table")
/**
 * What is known about a control: the first verdict that applies. `finding`: an open finding in scope is tagged with the control directly, or with the equivalent entry of another edition. `finding_outside_scope`: probes of the control failed, or findings tagged with it are closed, have a severity that was not requested, or are open but were seen only outside the dates of the scope. `not_applicable`: it does not apply to the system as described. `indicated`: only the crosswalk links open findings to it. `clean`: in at least one scan, all attempts of the control’s probes were judged and passed, and none failed in any scan. `partly_tested`: some passed and none failed, but each such scan is incomplete: it has attempts without a verdict, its run failed, or some of its results were not read. `not_tested`: nothing is known.
 */
export type Verdict = ("finding" | "finding_outside_scope" | "not_applicable" | "indicated" | "clean" | "partly_tested" | "not_tested")
/**
 * A framework, without its edition.
 */
export type FrameworkSlug = ("OWASP_LLM" | "OWASP_AGENTIC" | "MITRE_ATLAS" | "NIST_AI_600_1" | "EU_AI_ACT" | "ISO_42001")
/**
 * Who decided: an actor, or `file:<author>` if the imported file names its author.
 */
export type DecidedBy = string
/**
 * Format of a scanner’s file; `native` is the format NativeScan. New formats may be added at any time.
 */
export type ScanFormat = string
/**
 * Id of a report. New ids carry 128 random bits in base32 after the year of the request.
 */
export type ReportId = string
/**
 * The tenant, as used in subjects and folder names.
 */
export type TenantSlug = string
/**
 * A position in the event store’s global log, as a decimal string. Positions can be compared but have no other meaning.
 */
export type Position = string
/**
 * Status of the report.
 */
export type ReportStatus = ("queued" | "running" | "ready" | "failed" | "expired")
/**
 * How severities are written. Words only (the default); 1 (worst) to 5; a number from 0 to 1 (from 0.9 critical, from 0.7 high, from 0.4 medium, above 0 low, 0 info); P0 (worst) to P4. Words are always accepted too.
 */
export type SeverityScale = ("words" | "1-5" | "0-1" | "P0-P4")
/**
 * A signing key: its certificate, its period of use, and where the private key is. A retired key needs no private key.
 */
export type SigningKey = (SigningKey1 & SigningKey2)
export type SigningKey1 = {
[k: string]: unknown
}
/**
 * Null: the installation’s default. 0: no limit.
 */
export type Quota = (number | null)

/**
 * One call to the API, whether it succeeded or was refused.
 */
export interface AuditEntry {
/**
 * Id of the call.
 */
id: string
called_at: Instant
/**
 * What was requested, in two or three segments; `auth.denied` if the token did not permit it.
 */
action: string
actor: Actor
/**
 * Who the token’s issuer says the caller is (`sub`, RFC 7519 §4.1.2). Null: the token was minted by this service.
 */
subject: (string | null)
/**
 * The HTTP method.
 */
method: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")
/**
 * The path as written in the OpenAPI document, without parameter values.
 */
route: string
/**
 * Id of the report or finding that the path names. Null: the path names none, or its value is not known to be an id.
 */
resource_id: (OpaqueId | null)
/**
 * HTTP status of the response. Null: the client disconnected before the response was complete.
 */
status: (number | null)
/**
 * Slug of the problem. Null: the call succeeded.
 */
error: (string | null)
/**
 * IP address of the caller. Null: the proxy did not pass it on.
 */
address: (string | null)
}
/**
 * Calls made with tokens of the caller’s tenant.
 */
export interface AuditPage {
/**
 * Newest first.
 * 
 * @maxItems 200
 */
data: AuditEntry[]
incomplete?: Incomplete
/**
 * Pass it as `cursor` to get the next page. Null on the last page. Opaque.
 */
next_cursor: (string | null)
}
/**
 * The list comes from a view that is being rebuilt from the log, so entries in the part not yet read are missing. Read the list again after `Retry-After`.
 */
export interface Incomplete {
/**
 * Percentage of the log that has been read.
 */
percent: number
}
/**
 * A decision about a finding.
 */
export interface ChangeFinding {
/**
 * The new status. `resolved` is accepted as another name for `fixed`.
 */
status: ("open" | "triaged" | "fixed" | "resolved" | "accepted" | "false_positive")
/**
 * Why the status changes; stored with the decision. Text that looks like a secret, an email address or a personal number is redacted before it is stored.
 */
reason?: string
}
/**
 * The AI system as the request describes it. Controls that address someone else, or do not apply yet, then become `not_applicable`. An absent member means unknown, and makes no control `not_applicable`.
 */
export interface SystemDescription {
/**
 * Every role that the organisation has towards the system.
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
 * A request for a report. A scope that is empty, or whose `from` is later than its `to`, is refused as `scope_invalid`.
 */
export interface CreateReport {
/**
 * Title on the cover, one line. Text that looks like a secret, an email address or a personal number is redacted before it is stored.
 */
title: string
/**
 * The frameworks to report on, in the order in which the report shows them.
 * 
 * @minItems 1
 * @maxItems 6
 * 
 * Items: A framework’s slug, optionally followed by `@` and an edition; without one, the default edition is used. `GET /api/v2/frameworks` lists both.
 */
frameworks: string[]
/**
 * What the report covers. An empty list or an absent date does not restrict it, but at least one member must restrict it; otherwise the request is refused as `scope_invalid`.
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
 * Whether the report shows the redacted evidence excerpt of each finding. Also needs the scope `findings:read`. Excerpts in copies that were already downloaded cannot be erased later. Default `false`: the report has only the hash of the excerpt.
 */
include_evidence?: boolean
}
/**
 * A tenant’s own layout of a PDF: a document definition similar to that of pdfmake, as data only. It reads the report (EvidenceReport.v1) through `{{ path }}` in texts and through `forEach`, and nothing else: there are no images, files, addresses, functions or expressions. Limits: 64 KiB as canonical JSON, 32 levels deep, 4,000 values. A text cannot contain a literal `{{` or `}}`. The author decides what the layout shows. The report’s complete data is always attached to the PDF, and each page says so and states the report’s id, the digest of its data, and whether the signing key is a development key.
 */
export interface PackTemplate {
/**
 * Page size. Default A4.
 */
pageSize?: ("A4" | "A3" | "LETTER" | "LEGAL")
/**
 * Page orientation. Default portrait.
 */
pageOrientation?: ("portrait" | "landscape")
/**
 * Margins around the content, in points. Each has its own default.
 */
pageMargins?: {
/**
 * In points. Default 42.
 */
left?: number
/**
 * In points; contains the header. Default 60.
 */
top?: number
/**
 * In points. Default 42.
 */
right?: number
/**
 * In points; contains the footer. Default 72.
 */
bottom?: number
}
header?: PackLine
footer?: PackLine
/**
 * Named styles. A name starts with a lower-case letter, followed by letters and digits.
 */
styles?: {
[k: string]: PackStyle
}
/**
 * The content of the document, from top to bottom.
 * 
 * @minItems 1
 * @maxItems 500
 */
content: PackNode[]
}
/**
 * A line in the margin of each page. In addition to the report, `{{ page.number }}` and `{{ page.total }}` are available. Truncated after 80 characters.
 */
export interface PackLine {
/**
 * Text on the left.
 */
left?: string
/**
 * Text in the middle.
 */
center?: string
/**
 * Text on the right.
 */
right?: string
}
/**
 * A text style.
 */
export interface PackStyle {
/**
 * IBM Plex Sans, or Source Code Pro, which has no italics.
 */
font?: ("sans" | "mono")
/**
 * Font size in points. Default 9.
 */
fontSize?: number
/**
 * Whether the text is semi-bold.
 */
bold?: boolean
/**
 * Whether the text is italic; IBM Plex Sans only.
 */
italics?: boolean
/**
 * Colour of the text.
 */
color?: string
/**
 * Line height, as a multiple of the font’s own.
 */
lineHeight?: number
/**
 * Alignment of the lines.
 */
alignment?: ("left" | "center" | "right" | "justify")
/**
 * Left, top, right and bottom margin, in points.
 * 
 * @minItems 4
 * @maxItems 4
 * 
 * Items: Margin in points.
 */
margin?: number[]
}
/**
 * A table. Its header rows are repeated on each page.
 */
export interface PackTable {
/**
 * Column widths, one for each column.
 * 
 * @minItems 1
 * @maxItems 16
 * 
 * Items: Width in points, or `*` for an equal share of the rest.
 */
widths: (number | string)[]
/**
 * Number of rows at the top that are header rows. Default 0.
 */
headerRows?: number
/**
 * A line below each row (default), around each cell, or no lines.
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
 * An open weakness as last seen by a scan on or before `to`.
 */
export interface ReportFinding {
id: OpaqueId
severity: Severity
/**
 * Title, one line.
 */
title: string
/**
 * Direct refs first, then the crosswalk’s refs in the requested frameworks that `mapping` accepts.
 * 
 * @maxItems 1000
 */
framework_refs: ControlRef[]
/**
 * SHA-256 of the UTF-8 bytes of the redacted excerpt. Null: the imported file has no evidence.
 */
evidence_excerpt_sha256: (Sha256 | null)
/**
 * The redacted excerpt. Present only if the request had `include_evidence` and the imported file has evidence.
 */
evidence_excerpt?: string
/**
 * Web page of the finding; reading it needs a token.
 */
url: string
/**
 * For each ref in `framework_refs`, in the same order, the index of the entry in `finding_mappings` that explains it.
 * 
 * @maxItems 1000
 * 
 * Items: Index into `finding_mappings`, starting at 0.
 */
mappings: number[]
status: FindingStatus
endpoint_id: OpaqueId
scan_id: OpaqueId
/**
 * When the finding was discovered (UTC, RFC 3339). Null: the time of the scan is unknown.
 */
discovered_at: (Instant | null)
/**
 * Severity as stated by the tool.
 */
severity_original: string
tool: Tool
/**
 * Name of the probe, rule or plugin.
 */
probe: string
/**
 * Name of the detector; may be empty.
 */
detector: string
/**
 * Number of failed evaluations; a minimum if `evaluations` is null.
 */
hits: number
/**
 * Number of evaluations. Null: unknown.
 */
evaluations: (number | null)
score?: Score
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
first_seen: (Instant | null)
/**
 * When a scan last saw the weakness, as of `data_as_of` (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
last_seen: (Instant | null)
/**
 * Number of scans that saw the weakness, as of `data_as_of`. Copies of one run count once.
 */
observations: number
not_seen_since?: ReportNotSeenSince
/**
 * Name of the scan’s target on which the test failed.
 */
target?: string
undated?: ReportUndatedObservations
}
/**
 * The scanner that wrote the file.
 */
export interface Tool {
/**
 * Name of the tool.
 */
name: string
/**
 * Version of the tool. Empty: the file does not state it.
 */
version: string
}
/**
 * The first scan after `last_seen` that tested the weakness and did not see it. Absent: there is none.
 */
export interface ReportNotSeenSince {
scan_id: OpaqueId
at: Instant
/**
 * Number of scans that have tested it since and did not see it.
 */
scans: number
}
/**
 * Observations by scans whose time is unknown. They are counted, but do not reopen anything, because none is known to be later than a fix.
 */
export interface ReportUndatedObservations {
/**
 * Number of observations.
 */
observations: number
imported_at: Instant
}
/**
 * A ref that findings carry, and why. What the crosswalk says about a pair is in `crosswalk_pairs` and is not repeated here.
 */
export interface ReportRefMapping {
ref: ControlRef
basis: Basis
/**
 * Source of a direct ref, or of the nearest entry in another edition. Absent: the source is given in `crosswalk_pairs`, in the pair with this `via` as `ref_a`, this `ref` as `ref_b` and this `basis`.
 */
source?: string
relation?: Relation
via?: ControlRef
strength?: Strength
origin?: RefOrigin
}
/**
 * Two refs of two requested frameworks that occur on the same findings.
 */
export interface ReportOverlap {
ref_a: ControlRef
ref_b: ControlRef
/**
 * Number of findings that carry both refs.
 */
finding_count: number
/**
 * Number of findings that carry both refs directly.
 */
direct_count: number
/**
 * How many of the two refs (0 to 2) are direct on the finding with the strongest evidence for the pair.
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
 * Identifier as the framework writes it.
 */
native_id: string
/**
 * Official short title.
 */
title: string
verdict: Verdict
/**
 * Number of open findings in scope with this ref, on any accepted basis.
 */
finding_count: number
/**
 * How many of them are tagged with the ref directly, or with the equivalent entry of another edition.
 */
direct_count: number
/**
 * Evaluations of probes tagged with this control directly. `total` = `passed` + `failed` − `failed_of_unknown_total`.
 */
evaluations: {
/**
 * Evaluations with a verdict, in scans that state how many there were. Null if no scan states it; `passed` is then null too.
 */
total: (number | null)
/**
 * Evaluations in which the model behaved as intended. Null if `total` is null.
 */
passed: (number | null)
/**
 * Evaluations in which the model did not behave as intended, in all scans; a minimum for scans that do not state how many there were.
 */
failed: number
/**
 * The part of `failed` from scans that do not state how many evaluations there were. Absent: mapped before this member existed.
 */
failed_of_unknown_total?: number
/**
 * Evaluations without a verdict. Not part of `total`, and not evidence of anything. Absent: mapped before this member existed.
 */
unscored?: number
}
indicated_by?: IndicatedBy
outside_scope?: OutsideScope
applicability?: Applicability
not_applicable?: NotApplicable
/**
 * What a reader needs to know to interpret the verdict.
 */
note?: string
/**
 * The class of systems to which the control always applies. A single test cannot show such a control to be breached, so no crosswalk pair leads to it. Listed separately.
 */
applies_to_every?: string
}
/**
 * The strongest crosswalk link from an open finding to the control.
 */
export interface IndicatedBy {
basis: Basis
strength: Strength
via: ControlRef
/**
 * Who asserts the pair.
 */
source: string
}
/**
 * Findings tagged with a control directly that the scope leaves out.
 */
export interface OutsideScope {
closed: CountsByReason
unrequested: CountsByReason
elsewhen?: CountsByReason
}
/**
 * Number of findings by reason.
 */
export interface CountsByReason {
[k: string]: number
}
/**
 * Who a control addresses, and from when it applies, according to its catalog.
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
 * Classes of systems or models that it concerns.
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
 * Dates from which it applies. Empty: the catalog gives none.
 * 
 * @maxItems 16
 * 
 * Items: A date of application.
 */
from: {
date: CalendarDate
/**
 * The part that applies from that day. Absent: all of it.
 */
scope?: string
}[]
/**
 * The article whose dates of application it shares.
 */
with?: string
/**
 * False: judged by a single reader only, so it never makes a control `not_applicable`.
 */
reviewed: boolean
}
/**
 * Why a control does not apply to the system as described.
 */
export interface NotApplicable {
/**
 * `addressee`: it addresses someone else. `risk_class`, `general_purpose`: it concerns other systems or models. `not_yet`: it applies only after the assessment date.
 */
reason: ("addressee" | "risk_class" | "general_purpose" | "not_yet")
/**
 * The reason in one sentence.
 */
text: string
from?: CalendarDate
}
/**
 * Coverage of one requested framework.
 */
export interface ReportFrameworkCoverage {
framework: FrameworkSlug
/**
 * Edition of the framework.
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
 * True: `compared_at` is more than 90 days before `data_as_of`.
 */
stale: boolean
/**
 * What the publisher says about the status of the text.
 */
notice?: string
/**
 * Number of controls by verdict. The verdicts add up to `controls`.
 */
counts: {
/**
 * Number of all controls.
 */
controls: number
/**
 * Controls with an open finding that is tagged with them directly.
 */
finding: number
/**
 * Controls with this verdict.
 */
finding_outside_scope: number
/**
 * Controls with this verdict.
 */
not_applicable: number
/**
 * Controls with this verdict.
 */
indicated: number
/**
 * Controls with this verdict.
 */
clean: number
/**
 * Controls with this verdict.
 */
partly_tested: number
/**
 * Controls with this verdict.
 */
not_tested: number
/**
 * Number of controls that apply to every system of a class.
 */
applies_to_every: number
}
}
/**
 * A closed finding.
 */
export interface ReportDisposition {
finding_id: OpaqueId
/**
 * Title, one line.
 */
title: string
severity: Severity
status: FindingStatus
decided_at: Instant
/**
 * The file closes the finding and the time of its scan is unknown, so `decided_at` is the time of the import.
 */
decided_at_import?: boolean
decided_by: DecidedBy
/**
 * Reason for the decision.
 */
reason?: string
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
first_seen: (Instant | null)
/**
 * When a scan last saw the weakness, as of `data_as_of` (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
last_seen: (Instant | null)
/**
 * Number of scans that saw the weakness, as of `data_as_of`. Copies of one run count once.
 */
observations: number
not_seen_since?: ReportNotSeenSince
/**
 * How the file closed the finding, if the file did.
 */
kind?: string
undated?: ReportUndatedObservations
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
/**
 * When the scan ran (UTC, RFC 3339). Null: neither the file nor the caller of the import states it.
 */
started_at: (Instant | null)
/**
 * Number of attempts. Null: there were some, but the file does not state how many.
 */
attempts: (number | null)
/**
 * False: no evaluation has a verdict, so the scan proves nothing.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
counts: ImportCounts
/**
 * Totals in the file that contradict its rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * The scanner’s own id of the run.
 */
run_id?: string
/**
 * What was tested. Empty: neither the file nor the caller of the import states the target.
 * 
 * @maxItems 64
 */
targets: ReportTarget[]
suite?: TestSuite
imported_at?: Instant
/**
 * The file states its time without a time zone, as garak does. `started_at` and the times of this scan’s observations interpret it as UTC, so the scan may have run up to 14 hours earlier or 12 hours later.
 */
zone_not_stated?: boolean
/**
 * Other files of the same run, by scan id. Absent: none is known.
 * 
 * @maxItems 1000
 */
same_run?: ReportSameRun[]
}
/**
 * How often something was tested. `total` = `passed` + `failed`. `unscored` evaluations ran without a verdict and are not part of `total`. Null means unknown: a list of hits or a score alone does not say how often the model behaved as intended.
 */
export interface Evaluations {
/**
 * Evaluations with a verdict. Null if unknown; `passed` is then null too.
 */
total: (number | null)
/**
 * Evaluations in which the model behaved as intended. Null if unknown.
 */
passed: (number | null)
/**
 * Evaluations in which it did not; a minimum if `total` is null.
 */
failed: number
/**
 * Evaluations without a verdict. They are not evidence of anything.
 */
unscored: number
}
/**
 * How the scanner’s run ended, as far as the file says, and whether the whole file was read.
 */
export interface RunState {
/**
 * `completed`: the run finished. `failed`: the tool failed, reported an error or stopped early, so results may be missing. `incomplete`: the file has results that were not read, or points to results elsewhere. Nothing in a failed or incomplete scan counts as clean. `not_stated`: the file does not say.
 */
outcome: ("completed" | "failed" | "incomplete" | "not_stated")
/**
 * Why `outcome` is `failed` or `incomplete`; the first twenty reasons.
 * 
 * @maxItems 20
 * 
 * Items: The reason in one sentence.
 */
problems: string[]
}
/**
 * What an import did with the rows of a file: `in` = `recorded` + all `skipped`.
 */
export interface ImportCounts {
/**
 * Number of rows in the file.
 */
in: number
/**
 * Number of rows recorded, each as a finding or as another observation of one.
 */
recorded: number
skipped: CountsByReason
/**
 * How many of the recorded rows saw again what an earlier row or scan had found. Absent in events recorded before weaknesses had an identity.
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
 * Number in the file’s total.
 */
stated: number
/**
 * Number counted from its rows.
 */
counted: number
}
/**
 * The system under test, as stated by the file or the caller of the import.
 */
export interface ReportTarget {
/**
 * Name of the target in the scan; findings refer to their target by this name.
 */
name: string
/**
 * Who operates the model.
 */
provider?: string
/**
 * Name of the model.
 */
model?: string
/**
 * Version of the model.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
evaluations?: Evaluations
}
/**
 * What was run. Equal digests mean the same scanner, version, probes and detectors.
 */
export interface TestSuite {
sha256: Sha256
/**
 * Number of pairs of probe and detector.
 */
probes: number
}
/**
 * Another file of the same run.
 */
export interface ReportSameRun {
scan_id: OpaqueId
/**
 * `copy`: it has nothing that this scan lacks, and is not counted. `apart`: each has something that the other lacks; both count, and what both contain is counted twice.
 */
relation: ("copy" | "apart")
/**
 * `report`, `digest` or `hitlog`. Absent: the file does not name its run.
 */
kind?: string
/**
 * Number of different weaknesses in the file.
 */
findings: number
}
/**
 * Title and edition of a ref.
 */
export interface ReportRefTitle {
ref: ControlRef
framework: FrameworkSlug
/**
 * Edition that the ref belongs to.
 */
edition: string
/**
 * Identifier as the framework writes it.
 */
native_id: string
/**
 * Official short title.
 */
title: string
}
/**
 * A crosswalk pair that gives a finding of this report a ref.
 */
export interface ReportPair {
ref_a: ControlRef
ref_b: ControlRef
relation: Relation
basis: Basis
strength: Strength
/**
 * The pair as its source asserts it. Present if the pair was carried over to another edition.
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
 * Why the two controls belong together, in one sentence.
 */
rationale: string
/**
 * Who reviewed the pair. Empty: not reviewed.
 */
reviewed_by: string
/**
 * Number of independent sources that assert the pair.
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
 * Where the document can be read; may be empty.
 */
url: string
}
/**
 * The data of a report: a JSON report, or the data attached to a PDF. It is RFC 8785 canonical JSON. A JSON report is signed by a separate DSSE attestation. A ref names a control, such as `OWASP_LLM01`. It is direct if a tag names it; otherwise the crosswalk, our table of related controls, or a change of edition led to it. Within a major version, members are added but never removed or changed.
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
 * Title as requested.
 */
title: string
/**
 * Scope as requested.
 */
scope: {
/**
 * First day (UTC), inclusive. Null: no lower bound.
 */
from: (CalendarDate | null)
/**
 * Last day (UTC), inclusive. Null: no upper bound.
 */
to: (CalendarDate | null)
/**
 * Endpoints in scope. Empty: all.
 * 
 * @maxItems 1000
 */
endpoint_ids: OpaqueId[]
/**
 * Severities in scope, worst first; all five if the request named none.
 * 
 * @maxItems 5
 */
include_severities: Severity[]
}
/**
 * Frameworks as requested.
 * 
 * @maxItems 6
 */
frameworks: FrameworkSlug[]
/**
 * The editions that the refs in this report belong to. A direct ref with no unique counterpart in the requested edition is kept as written in the scanner’s edition.
 * 
 * @maxItems 6
 */
framework_editions: FrameworkEdition[]
/**
 * The AI system as the request describes it, and the day for which applicability was judged. Null or empty: unknown.
 */
system: {
/**
 * False: the request describes no system, so no control is `not_applicable`.
 */
described: boolean
/**
 * Every role that the organisation has towards the system.
 * 
 * @maxItems 4
 */
roles: SystemRole[]
/**
 * Class under the AI Act.
 */
ai_act_risk_class: (AiActRiskClass | null)
/**
 * Whether the subject is a general-purpose AI model.
 */
general_purpose: (GeneralPurpose | null)
assessment_date: CalendarDate
}
data_as_of: LogPoint
/**
 * Open findings by severity, with a key for each included severity, including zeros.
 */
summary: {
/**
 * Sum of the severities present.
 */
total_open: number
/**
 * Number of open critical findings; present if the severity is included.
 */
critical?: number
/**
 * Number of open high findings; present if the severity is included.
 */
high?: number
/**
 * Number of open medium findings; present if the severity is included.
 */
medium?: number
/**
 * Number of open low findings; present if the severity is included.
 */
low?: number
/**
 * Number of open info findings; present if the severity is included.
 */
info?: number
}
/**
 * Each distinct ref of the findings and why they carry it. Findings refer to these entries by index. They precede the findings in canonical JSON, so a streaming reader has them in time.
 * 
 * @maxItems 100000
 */
finding_mappings: ReportRefMapping[]
/**
 * The open findings in scope, worst severity first, then by id.
 * 
 * @maxItems 1000000
 */
findings: ReportFinding[]
/**
 * Pairs of refs found on the same findings, sorted by the number of direct refs in the pair, then by findings (both descending), then by refs.
 * 
 * @maxItems 100000
 */
cross_framework_overlaps: ReportOverlap[]
/**
 * Coverage of each framework, in the order of the request.
 * 
 * @maxItems 6
 */
coverage: ReportFrameworkCoverage[]
/**
 * Closed findings on the endpoints, dates and severities in scope.
 * 
 * @maxItems 1000000
 */
dispositions: ReportDisposition[]
/**
 * The scans in scope, that is, what was tested.
 * 
 * @maxItems 100000
 */
scans: ReportScan[]
/**
 * Tags that name no known control. They are listed, never guessed.
 * 
 * @maxItems 10000
 * 
 * Items: A tag that could not be translated to a control.
 */
unresolved_tags: {
/**
 * The tag as written by the scanner.
 */
tag: string
/**
 * Number of findings with this tag.
 */
findings: number
}[]
/**
 * How findings came to carry their refs.
 */
mapping: {
/**
 * Number of open findings in scope that are linked to no control of the requested frameworks.
 */
findings_without_control: number
policy: Basis
strength: Strength
/**
 * Number of refs by basis.
 */
counts_by_basis: {
/**
 * Refs with basis `direct`.
 */
direct: number
/**
 * Refs with basis `official`.
 */
official: number
/**
 * Refs with basis `published`.
 */
published: number
/**
 * Refs with basis `derived`.
 */
derived: number
}
}
/**
 * The crosswalk that was used.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
}
/**
 * The rules that determined the verdicts. Null: mapped before rules had versions.
 */
rules: (Rules | null)
/**
 * Title and edition of each ref in `findings` and `crosswalk_pairs`, by ref. A ref that is in no catalog is left out.
 * 
 * @maxItems 10000
 */
refs: ReportRefTitle[]
/**
 * The crosswalk pairs that refs of `findings` rest on, sorted by refs.
 * 
 * @maxItems 10000
 */
crosswalk_pairs: ReportPair[]
/**
 * Accounts for every finding: considered = included + excluded, by reason. No finding was silently dropped.
 */
receipt: {
/**
 * All findings of the tenant at `data_as_of`.
 */
considered: number
/**
 * Number of findings in `findings`; all of them are open.
 */
included: number
excluded: CountsByReason
scope_snapshot_sha256: Sha256
mapping_snapshot_sha256: Sha256
open_elsewhen?: CountsByReason
/**
 * How many pieces of text that look like secrets, email addresses or personal numbers were replaced by a mark such as `[redacted: token]` before the findings, decisions, scans and title of this report were stored. Summaries and excerpts are counted, even if the report does not show them. Names of people are not redacted. Absent: the report is older than this member.
 */
redactions?: number
/**
 * Events of scans, findings and decisions up to `data_as_of` that cannot be read and do not say which tenant they belong to, so they may belong to this one. Absent: there are none.
 */
unreadable_events?: number
}
/**
 * The signer of this artifact.
 */
signature: {
/**
 * Id of the signing key: its RFC 7638 thumbprint.
 */
key_id: string
/**
 * Signature algorithm (RFC 7518).
 */
algorithm: ("RS256" | "ES256")
/**
 * True: signed with a development key, which no one should trust.
 */
development_key: boolean
}
/**
 * Version of the renderer. The same log positions, renderer version, settings and key produce the same bytes, except for time-stamps and ES256 signatures.
 */
renderer_version: string
/**
 * A notice about erasing the excerpts. Present only if the report shows excerpts.
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
 * A point in the event store’s log. Everything up to it is included, nothing after it.
 */
export interface LogPoint {
position: Position
at: Instant
}
/**
 * The rules that determined the verdicts: catalogs, crosswalk, successions between editions, tag tables, and the order of verdicts.
 */
export interface Rules {
/**
 * Version of the data, and of the order of verdicts.
 */
version: string
sha256: Sha256
}
/**
 * What a report’s attestation states in addition to the artifact’s digest: the predicate of the in-toto statement with `predicateType` https://evidence-reports.example/predicates/evidence-report/v1. It records where the artifact came from, so that the artifact can be made again and compared.
 */
export interface EvidenceReportPredicate {
report_id: ReportId
tenant_slug: TenantSlug
/**
 * Media type of the artifact whose digest is the subject of the statement.
 */
media_type: ("application/json" | "application/pdf")
signed_at: Instant
data_as_of: LogPoint
/**
 * The editions that the report’s refs belong to.
 * 
 * @minItems 1
 * @maxItems 6
 */
framework_editions: FrameworkEdition[]
scope_snapshot_sha256: Sha256
mapping_snapshot_sha256: Sha256
/**
 * The crosswalk that was used.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
}
rules?: Rules
/**
 * Version of the renderer. The same data, key and renderer version produce the same bytes.
 */
renderer_version: string
template_sha256?: Sha256
/**
 * True: signed with a development key, which no one should trust.
 */
development_key: boolean
}
/**
 * A report, and whether its signed file and its attestation are included.
 */
export interface ExportedReport {
reportId: ReportId
tenant: TenantSlug
/**
 * `not_made`: the report was not ready, or failed. `missing`: the file should have been in the store but was lost or damaged.
 */
artifact: ("included" | "not_made" | "expired" | "missing")
}
/**
 * One file of the export.
 */
export interface ExportPart {
/**
 * Path of the file in the export.
 */
path: string
sha256: Sha256
/**
 * Size in bytes.
 */
sizeBytes: number
}
/**
 * Contents of an export. It is the second-to-last file of the export; the last file is its attestation. The predicate of that attestation has `signed_at` and `development_key`.
 */
export interface ExportManifest {
/**
 * Version of the export format. Incremented with every change that an older verifier cannot read.
 */
format: number
createdAt: Instant
head: Position
/**
 * The selection criteria. A report is included if it matches all of them.
 */
selection: {
reportId?: ReportId
tenant?: TenantSlug
from?: Instant
to?: Instant
}
/**
 * Number of lines in events.jsonl.
 */
events: number
/**
 * Number of events in the same streams whose type this release does not know. They are not in the file.
 */
leftOut: number
/**
 * Every report, in the order in which they were requested.
 * 
 * @minItems 1
 * @maxItems 50000
 */
reports: ExportedReport[]
/**
 * The files that precede this one, in order.
 * 
 * @minItems 2
 * @maxItems 101000
 */
parts: ExportPart[]
/**
 * What the export does not contain, one sentence each.
 * 
 * @maxItems 20
 */
doesNotContain: string[]
}
/**
 * A finding in full.
 */
export interface Finding {
id: OpaqueId
scan_id: OpaqueId
/**
 * Title, one line.
 */
title: string
severity: Severity
status: FindingStatus
discovered_at: Instant
endpoint_id: OpaqueId
/**
 * The controls that the finding is tagged with directly.
 * 
 * @maxItems 64
 */
risk_refs: ControlRef[]
/**
 * A few sentences; may be empty.
 */
summary: string
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
first_seen: (Instant | null)
/**
 * When a scan last saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
last_seen: (Instant | null)
/**
 * Number of scans that saw the weakness. Copies of one run count once.
 */
observations: number
not_seen_since?: FindingNotSeenSince
/**
 * Name of the scan’s target on which the test failed.
 */
target?: string
/**
 * Changes of the status, oldest first; the last hundred.
 * 
 * @maxItems 100
 */
status_history: StatusChange[]
/**
 * What the model said or what was found, with secrets and personal numbers redacted. Empty: the imported file has no evidence.
 */
evidence_excerpt: string
/**
 * SHA-256 of the UTF-8 bytes of the excerpt, as shown in reports. Null: there is no excerpt.
 */
evidence_excerpt_sha256: (Sha256 | null)
undated?: FindingUndated
}
/**
 * The first scan after `last_seen` that tested the weakness and did not see it. Absent: there is none.
 */
export interface FindingNotSeenSince {
scan_id: OpaqueId
at: Instant
/**
 * Number of scans that have tested it since and did not see it.
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
 * Reason for the change.
 */
reason?: string
/**
 * The rule that changed the status. `seen_again`: a later scan saw a weakness that was marked as fixed. `clean_scans`: the tenant’s policy resolved it. Absent: someone decided.
 */
rule?: ("seen_again" | "clean_scans")
scan_id?: OpaqueId
}
/**
 * Observations by scans whose time is unknown. They are counted, but do not reopen anything, because none is known to be later than a fix. Absent: there are none.
 */
export interface FindingUndated {
/**
 * Number of observations.
 */
observations: number
imported_at: Instant
}
/**
 * A finding as shown in a list.
 */
export interface FindingRow {
id: OpaqueId
scan_id: OpaqueId
/**
 * Title, one line.
 */
title: string
severity: Severity
status: FindingStatus
discovered_at: Instant
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
first_seen: (Instant | null)
/**
 * When a scan last saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
last_seen: (Instant | null)
/**
 * Number of scans that saw the weakness. Copies of one run count once.
 */
observations: number
undated?: FindingRowUndated
}
/**
 * Observations by scans whose time is unknown. They are counted, but do not reopen anything, because none is known to be later than a fix. Absent: there are none.
 */
export interface FindingRowUndated {
/**
 * Number of observations.
 */
observations: number
imported_at: Instant
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
incomplete?: Incomplete
/**
 * Pass it as `cursor` to get the next page. Null on the last page. Opaque.
 */
next_cursor: (string | null)
}
/**
 * An edition of the framework.
 */
export interface Edition {
/**
 * The edition, as written after `@` in a request.
 */
edition: string
/**
 * Name of the edition.
 */
name: string
/**
 * Publisher of the edition.
 */
publisher: string
/**
 * Date of publication, as precisely as known: a year, a month or a day.
 */
published: string
/**
 * Where the edition is published.
 */
source_url: string
/**
 * Licence of the facts in the catalog.
 */
licence: string
compared_at: CalendarDate
/**
 * A notice that every reader of the edition must see.
 */
notice?: string
/**
 * Controls that get a verdict, in the framework’s own order.
 * 
 * @maxItems 2000
 */
controls: Control[]
/**
 * Entries that a ref may name but that never get a verdict.
 * 
 * @maxItems 2000
 */
other_entries: OtherEntry[]
}
/**
 * A control of the framework.
 */
export interface Control {
ref: ControlRef
/**
 * Identifier as the framework writes it.
 */
native_id: string
/**
 * Title as given by the framework.
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
 * Earlier titles of the control, and titles of a retired entry that it continues.
 * 
 * @maxItems 16
 * 
 * Items: A former title.
 */
former_titles: string[]
parent?: ControlRef
/**
 * MITRE ATLAS only. A tactic is an attacker’s goal; a technique is a way to reach it.
 */
kind?: ("tactic" | "technique" | "sub-technique")
/**
 * The class of systems to which the control always applies. A single test cannot show such a control to be breached, so no crosswalk pair leads to it.
 */
applies_to_every?: string
applicability?: ControlApplicability
}
/**
 * Who a control addresses, which systems it concerns, and from when it applies.
 */
export interface ControlApplicability {
/**
 * Addressees; `none` if the provision addresses nobody.
 * 
 * @maxItems 16
 * 
 * Items: An addressee.
 */
roles: string[]
/**
 * Classes of systems or models that it concerns; `any` for all.
 * 
 * @maxItems 16
 * 
 * Items: A class of systems or models.
 */
risk_classes: string[]
/**
 * Dates of application. Empty if it shares those of `applies_with`.
 * 
 * @maxItems 16
 * 
 * Items: A date of application.
 */
applies_from: {
date: CalendarDate
/**
 * The part that applies from that day. Absent: all of it.
 */
scope?: string
/**
 * The class to which the date applies. Absent: any.
 */
risk_class?: string
}[]
applies_with?: ControlRef
/**
 * False: judged by a single reader only, so it never makes a control `not_applicable`.
 */
reviewed: boolean
}
/**
 * An entry that never gets a verdict.
 */
export interface OtherEntry {
ref: ControlRef
/**
 * Identifier as the framework writes it.
 */
native_id: string
/**
 * Title as given by the framework.
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
 * Earlier titles of the control, and titles of a retired entry that it continues.
 * 
 * @maxItems 16
 * 
 * Items: A former title.
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
 * Why the two controls belong together, in one sentence about the text of both, or about the heading if the text is not freely available.
 */
rationale: string
/**
 * Who reviewed the pair. Empty: not reviewed.
 */
reviewed_by: string
/**
 * Number of publications that assert the pair, in this edition or in a one-to-one equivalent.
 */
independent_sources: number
}
/**
 * A framework: its editions with all controls, and its crosswalk pairs.
 */
export interface Framework {
slug: FrameworkSlug
/**
 * The edition used when a request names none.
 */
default_edition: string
/**
 * Spelling of its refs: a regular expression (ECMA-262) that every ref below matches.
 */
ref_grammar: string
/**
 * The editions, oldest first.
 * 
 * @minItems 1
 * @maxItems 16
 */
editions: Edition[]
/**
 * Every known pair that has a ref of this framework on one side. Pairs are never derived from other pairs.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
/**
 * The pairs, to be read as `ref_a` <relation> `ref_b`.
 * 
 * @maxItems 10000
 */
pairs: CrosswalkPair[]
}
}
/**
 * A pair as seen from this framework, to be read as `ref_a` <relation> `ref_b`.
 */
export interface CrosswalkPairFrom {
ref_a: ControlRef
relation: Relation
ref_b: ControlRef
framework_b: FrameworkSlug
/**
 * Edition that `ref_b` belongs to.
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
 * Why the two controls belong together, in one sentence about the text of both, or about the heading if the text is not freely available.
 */
rationale: string
/**
 * Who reviewed the pair. Empty: not reviewed.
 */
reviewed_by: string
/**
 * Number of publications that assert the pair, in this edition or in a one-to-one equivalent.
 */
independent_sources: number
}
/**
 * The crosswalk pairs that start from one edition of a framework. Each pair is asserted on its own; none is derived from two others.
 */
export interface FrameworkCrosswalk {
framework: FrameworkSlug
/**
 * The edition whose refs the pairs start from.
 */
edition: string
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
/**
 * The pairs, sorted by `ref_a` in the framework’s own order, then `ref_b`, then strongest basis first.
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
 * The edition used when a request names none.
 */
default_edition: string
/**
 * Editions that can be requested, oldest first.
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
 * The edition, as written after `@` in a request.
 */
edition: string
/**
 * Name of the edition.
 */
name: string
/**
 * Publisher of the edition.
 */
publisher: string
/**
 * Date of publication, as precisely as known: a year, a month or a day.
 */
published: string
/**
 * Where the edition is published.
 */
source_url: string
/**
 * Licence of the facts in the catalog.
 */
licence: string
compared_at: CalendarDate
/**
 * A notice that every reader of the edition must see.
 */
notice?: string
}
/**
 * The frameworks that a report can cover.
 */
export interface FrameworkList {
/**
 * All frameworks.
 * 
 * @maxItems 64
 */
data: FrameworkRow[]
}
/**
 * Query parameters of `GET /api/v2/frameworks/{slug}/crosswalk`.
 */
export interface GetCrosswalk {
/**
 * The edition to start from. Default: the framework’s default edition.
 */
edition?: string
}
/**
 * Health of the service.
 */
export interface Health {
/**
 * `ok`: the process is running. `ready`: reports can be made.
 */
status: ("ok" | "ready")
/**
 * What an operator should look into, although reports can be made. Absent: nothing.
 * 
 * @maxItems 16
 */
warnings?: string[]
}
/**
 * Query parameters of `POST /api/v2/findings/import`, which describe the file in its body.
 */
export interface ImportFindings {
format?: ScanFormat
endpoint_id: OpaqueId
/**
 * `true` refuses the whole file if a row cannot be used or a total contradicts its rows. Otherwise the rest is imported, and `warnings` lists what could not be used.
 */
strict?: ("true" | "false")
/**
 * Inspect AI logs only: which scores pass, as `scorer=value`, or with `<`, `<=`, `>` or `>=`. Separate several with commas; a scorer’s key follows a dot. Default: `evidence_pass_when` in the task’s metadata. Without either, no score is a verdict.
 */
pass_when?: string
/**
 * `true` records nothing and returns what would be recorded.
 */
dry_run?: ("true" | "false")
/**
 * The model that was tested, if the file does not state it.
 */
model?: string
/**
 * Who operates the model, if the file does not state it.
 */
provider?: string
/**
 * Version of the model, if the file does not state it.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
/**
 * The OWASP LLM edition for tags such as `LLM06` that do not name one, as on custom garak probes. Default: such a tag is listed as unresolved, unless it means the same in every edition. An unknown edition is refused with the list of known ones.
 */
owasp_llm_edition?: string
started_at?: Instant
}
/**
 * Result of an import. `in` = `recorded` + all `skipped`.
 */
export interface ImportResult {
scan_id: OpaqueId
format: ScanFormat
/**
 * True: nothing was recorded. The other members show what would be recorded if no row had been recorded before.
 */
dry_run: boolean
counts: ImportCounts
/**
 * Evaluations with a verdict. If `total` is 0, the scan is "not evaluated" and nothing in it is clean.
 */
evaluations: {
/**
 * Evaluations with a verdict. Null if unknown; `passed` is then null too.
 */
total: (number | null)
/**
 * Evaluations in which the model behaved as intended. Null if unknown.
 */
passed: (number | null)
/**
 * Evaluations in which it did not; a minimum if `total` is null.
 */
failed: number
}
run: RunState
/**
 * Controls that the findings and probes name directly, by ref.
 * 
 * @maxItems 1000
 */
refs: ImportedRef[]
/**
 * Number of findings in the file that name no control. Reports list them without linking them to a control.
 */
findings_without_control: number
/**
 * Tags in the file that name no known control; the first hundred. They do not affect any verdict.
 * 
 * @maxItems 100
 */
unresolved_tags: UnresolvedTag[]
/**
 * Members of the file and of its rows that are not read, so nothing in them is recorded; the fifty most frequent. Only for the format `native`, because authors of such files expect every member to be read.
 * 
 * @maxItems 50
 */
unread_members: UnreadMember[]
/**
 * Totals in the file that contradict its rows, and copies of a run that was imported before.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * What could not be used or is doubtful; the first hundred. `counts` covers everything that was skipped.
 * 
 * @maxItems 100
 */
warnings: ImportWarning[]
}
/**
 * A control, and how many findings and probes name it.
 */
export interface ImportedRef {
ref: ControlRef
/**
 * Number of findings that name it.
 */
findings: number
/**
 * Number of probes and detectors that name it, whatever their results.
 */
probes: number
}
/**
 * A tag, and how many findings and probes have it.
 */
export interface UnresolvedTag {
/**
 * The tag as written in the file.
 */
tag: string
/**
 * Number of findings with the tag.
 */
findings: number
/**
 * Number of probes and detectors with the tag.
 */
probes: number
}
/**
 * A member that is not read.
 */
export interface UnreadMember {
/**
 * Name of the member.
 */
name: string
/**
 * Number of rows in which it occurs.
 */
count: number
}
/**
 * Something about the file that the caller of the import should know.
 */
export interface ImportWarning {
/**
 * Code of the warning. For a skipped row, the reason under which it is counted.
 */
code: string
/**
 * The warning in one sentence.
 */
message: string
/**
 * Line number in the file, starting at 1. Absent: the format has no lines.
 */
line?: number
}
/**
 * A public key (RFC 7517 §4, RFC 7518 §6).
 */
export interface PublicJwk {
/**
 * Key type.
 */
kty: ("RSA" | "EC")
/**
 * Key id: RFC 7638 thumbprint (SHA-256, base64url); the `key_id` of artifacts.
 */
kid: string
/**
 * Signature algorithm (RFC 7518 §3.1).
 */
alg: ("RS256" | "ES256")
/**
 * Intended use: `sig`.
 */
use: "sig"
/**
 * Certificate chain, leaf first (RFC 7517 §4.7).
 * 
 * @minItems 1
 * @maxItems 8
 * 
 * Items: A certificate, base64 DER.
 */
x5c: string[]
/**
 * Present if this is a development key, made by the software itself, which no one should trust.
 */
development?: true
/**
 * When the key starts signing, in seconds since 1970 (as RFC 7519 §4.1.5). Absent: always.
 */
nbf?: number
/**
 * When the key was or will be retired, in seconds since 1970 (as RFC 7519 §4.1.4). Signatures made before stay valid. Absent: still in use.
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
 * Name of the curve.
 */
crv?: string
/**
 * Coordinate of the point, base64url.
 */
x?: string
/**
 * Coordinate of the point, base64url.
 */
y?: string
}
/**
 * The public keys that verify reports (RFC 7517 §5).
 */
export interface JwkSet {
/**
 * The keys, one per signing key.
 * 
 * @maxItems 64
 */
keys: PublicJwk[]
}
/**
 * Query parameters of `GET /api/v2/audit`.
 */
export interface ListAudit {
/**
 * Maximum number of rows.
 */
limit?: number
/**
 * `next_cursor` of the previous page.
 */
cursor?: string
/**
 * Only this action, or all actions that begin with these segments.
 */
action?: string
actor?: Actor
from?: CalendarDate
to?: CalendarDate
}
/**
 * Query parameters of `GET /api/v2/findings`.
 */
export interface ListFindings {
/**
 * Maximum number of rows.
 */
limit?: number
/**
 * `next_cursor` of the previous page.
 */
cursor?: string
severity?: Severity
status?: FindingStatus
scan_id?: OpaqueId
endpoint_id?: OpaqueId
}
/**
 * Query parameters of `GET /api/v2/reports`.
 */
export interface ListReports {
/**
 * Maximum number of rows.
 */
limit?: number
/**
 * `next_cursor` of the previous page.
 */
cursor?: string
status?: ReportStatus
format?: ReportFormat
from?: CalendarDate
to?: CalendarDate
}
/**
 * What was mapped, and by which rules.
 */
export interface MappingHeader {
scopeSnapshotSha256: Sha256
policy: Basis
strength: Strength
system?: SystemProfile
assessmentDate: CalendarDate
/**
 * The crosswalk that was used.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
}
rules: Rules
/**
 * Totals over all findings.
 */
counts: {
/**
 * Number of findings that were mapped.
 */
findings: number
/**
 * Number of refs on those findings.
 */
refs: number
}
/**
 * Number of refs over all findings, by basis.
 */
countsByBasis: {
/**
 * Refs with basis `direct`.
 */
direct: number
/**
 * Refs with basis `official`.
 */
official: number
/**
 * Refs with basis `published`.
 */
published: number
/**
 * Refs with basis `derived`.
 */
derived: number
}
}
/**
 * The AI system as the request describes it. Controls that address someone else, or do not apply yet, then become `not_applicable`. An absent member means unknown, and makes no control `not_applicable`.
 */
export interface SystemProfile {
/**
 * Every role that the organisation has towards the system.
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
 * A direct ref as findings carry it, and the mappings that it leads to; sorted by ref, source and origin.
 */
export interface MappedTag {
ref: ControlRef
/**
 * Source as stated on the finding.
 */
source: string
origin?: RefOrigin
/**
 * Numbers of the mappings, ascending.
 * 
 * @maxItems 1000
 * 
 * Items: Number of a mapping.
 */
mappings: number[]
}
/**
 * A line of a mapping snapshot: what the direct refs of the findings lead to, coverage and overlaps. Snapshots are JSON Lines of media type `application/vnd.evidence.mapping+jsonl`; each line is canonical JSON (RFC 8785) and a line feed, and the file is stored under its SHA-256. The first line is a `header`; the others follow in the order of the members here. The size depends on the number of distinct refs, not of findings: the mappings of a finding are those of its direct refs, and if several have the same ref, the one with the lowest number is used. Snapshots of media type `application/json` are one MappingSnapshot.
 */
export interface MappingLine {
header?: MappingHeader
mapping?: RefMapping
tag?: MappedTag
coverage?: FrameworkCoverage
overlap?: Overlap
ref?: RefTitle
pair?: MappedPair
unresolvedTag?: UntranslatedTag
}
/**
 * A ref of a finding, and why the finding carries it.
 */
export interface RefMapping {
ref: ControlRef
basis: Basis
/**
 * Who asserts it.
 */
source: string
relation?: Relation
via?: ControlRef
strength?: Strength
origin?: RefOrigin
}
/**
 * Coverage of one requested framework.
 */
export interface FrameworkCoverage {
framework: FrameworkSlug
/**
 * Edition of the framework.
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
 * True: `compared_at` is more than 90 days before `data_as_of`.
 */
stale?: boolean
/**
 * What the publisher says about the status of the text.
 */
notice?: string
}
/**
 * What is known about one control of a requested framework.
 */
export interface ControlCoverage {
ref: ControlRef
/**
 * Identifier as the framework writes it.
 */
nativeId: string
/**
 * Official short title.
 */
title: string
verdict: Verdict
/**
 * Number of open findings in scope with this ref, on any accepted basis.
 */
findingCount: number
/**
 * How many of them are tagged with the ref directly, or with the equivalent entry of another edition.
 */
directCount: number
/**
 * Evaluations of probes tagged with this control directly. `total` = `passed` + `failed` − `failedOfUnknownTotal`.
 */
evaluations: {
/**
 * Evaluations with a verdict, in scans that state how many there were. Null if no scan states it; `passed` is then null too.
 */
total: (number | null)
/**
 * Evaluations in which the model behaved as intended. Null if `total` is null.
 */
passed: (number | null)
/**
 * Evaluations in which it did not, in all scans; a minimum for scans that do not state how many there were.
 */
failed: number
/**
 * The part of `failed` from scans that do not state how many evaluations there were. Absent: mapped before this member existed.
 */
failedOfUnknownTotal?: number
/**
 * Evaluations without a verdict. Not part of `total`, and not evidence of anything. Absent: mapped before this member existed.
 */
unscored?: number
}
indicatedBy?: IndicatedBy
outsideScope?: OutsideScope
applicability?: Applicability
notApplicable?: NotApplicable
/**
 * What a reader needs to know to interpret the verdict.
 */
note?: string
/**
 * The class of systems to which the control always applies. A single test cannot show such a control to be breached, so no crosswalk pair leads to it. Listed separately.
 */
appliesToEvery?: string
}
/**
 * Two refs of two requested frameworks that occur on the same findings.
 */
export interface Overlap {
refA: ControlRef
refB: ControlRef
/**
 * Number of findings that carry both refs.
 */
findingCount: number
/**
 * Number of findings that carry both refs directly.
 */
directCount: number
/**
 * How many of the two refs (0 to 2) are direct on the same finding; the highest such number of any finding.
 */
directEnds?: number
basisA?: Basis
basisB?: Basis
}
/**
 * Title and edition of a ref.
 */
export interface RefTitle {
ref: ControlRef
framework: FrameworkSlug
/**
 * Edition that the ref belongs to.
 */
edition: string
/**
 * Identifier as the framework writes it.
 */
nativeId: string
/**
 * Official short title.
 */
title: string
}
/**
 * A crosswalk pair that gives a finding of this report a ref.
 */
export interface MappedPair {
refA: ControlRef
refB: ControlRef
relation: Relation
basis: Basis
strength: Strength
/**
 * The pair as its source asserts it. Present if the pair was carried over to another edition.
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
 * Why the two controls belong together, in one sentence.
 */
rationale: string
/**
 * Who reviewed the pair. Empty: not reviewed.
 */
reviewedBy: string
/**
 * Number of independent sources that assert the pair.
 */
independentSources: number
}
/**
 * A tag that could not be translated to a control; sorted by tag.
 */
export interface UntranslatedTag {
/**
 * The tag as written by the scanner.
 */
tag: string
/**
 * Number of findings with this tag.
 */
findings: number
}
/**
 * A finding’s refs, direct ones first.
 */
export interface MappedFinding {
id: OpaqueId
/**
 * Why the finding carries each ref.
 * 
 * @maxItems 1000
 */
mappings: RefMapping[]
}
/**
 * Refs per finding, coverage per control and overlaps as one document: the format stored by releases before MappingLine. Stored as RFC 8785 canonical JSON under its SHA-256.
 */
export interface MappingSnapshot {
scopeSnapshotSha256: Sha256
policy: Basis
strength?: Strength
system?: SystemProfile
assessmentDate?: CalendarDate
/**
 * The crosswalk that was used.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
}
rules?: Rules
/**
 * In the same order as in the scope snapshot.
 * 
 * @maxItems 1000000
 */
findings: MappedFinding[]
/**
 * Number of refs over all findings, by basis.
 */
countsByBasis: {
/**
 * Refs with basis `direct`.
 */
direct: number
/**
 * Refs with basis `official`.
 */
official: number
/**
 * Refs with basis `published`.
 */
published: number
/**
 * Refs with basis `derived`.
 */
derived: number
}
/**
 * Coverage of each framework, in the order of the request.
 * 
 * @maxItems 6
 */
coverage: FrameworkCoverage[]
/**
 * Pairs of refs found on the same findings, sorted by the number of direct refs in the pair, then by findings (both descending), then by refs.
 * 
 * @maxItems 100000
 */
overlaps: Overlap[]
/**
 * Sorted by tag.
 * 
 * @maxItems 10000
 * 
 * Items: A tag that could not be translated to a control.
 */
unresolvedTags: {
/**
 * The tag as written by the scanner.
 */
tag: string
/**
 * Number of findings with this tag.
 */
findings: number
}[]
/**
 * Title and edition of each ref in `findings` and `pairs`, by ref. A ref that is in no catalog is left out.
 * 
 * @maxItems 10000
 */
refs?: RefTitle[]
/**
 * The crosswalk pairs that refs of `findings` rest on, sorted by refs.
 * 
 * @maxItems 10000
 */
pairs?: MappedPair[]
}
/**
 * A finding in a file of format `native`: an item of `findings` in a NativeScan, or a line of a JSON Lines file. Other members are not read; the import counts and names them.
 */
export interface NativeFinding {
/**
 * The scanner’s own id of the weakness, the same in every scan that finds it. Without it, weaknesses are told apart by title, location, probe and detector.
 */
id?: string
/**
 * Where the weakness is, such as a file, a tool or a dialogue.
 */
location?: string
/**
 * Name of the scan’s target (see `targets`) on which the test failed.
 */
target?: string
disposition?: NativeDisposition
/**
 * Title, one line; truncated after 500 characters.
 */
title: string
/**
 * A word (`critical`, `high`, `medium` or `moderate`, `low`, `info` or `informational`), or a value on the stated `severity_scale`. Any other value is not guessed: the row is skipped.
 */
severity: (string | number)
severity_scale?: SeverityScale
/**
 * A few sentences; truncated after 2,000 characters.
 */
summary?: string
/**
 * `open` (the default), `triaged`, `fixed` or `resolved`, `accepted`, `false_positive`. Any other word is treated as `open`, with a warning.
 */
status?: string
/**
 * Probe, rule or test case. Links the finding to an entry of `probes`.
 */
probe?: string
/**
 * Detector that judged the responses.
 */
detector?: string
/**
 * Names of controls (`LLM07:2025`, `OWASP_LLM07`, `AML.T0051`, `Article 15`, `A.6.2.8`) and any other tags. Tags that name no control are kept as unresolved. At most 64 of each are used.
 * 
 * Items: A tag.
 */
tags?: string[]
/**
 * What the model said. Secrets and personal numbers are redacted; truncated after 2,000 characters.
 */
excerpt?: string
/**
 * Number of failed evaluations. Default: 1.
 */
hits?: number
/**
 * Number of all evaluations, including `hits`. Absent: unknown.
 */
evaluations?: (number | null)
/**
 * When it was discovered (RFC 3339). If absent, or null as in our reports when the time is unknown, the scan’s `started_at` is used.
 */
discovered_at?: (string | null)
/**
 * As in our own reports: additional `tags`. With `mappings`, or in a file or row that comes from one of our reports, only refs whose basis is `direct` count; the others are listed and do not affect any verdict.
 * 
 * Items: A ref.
 */
framework_refs?: string[]
/**
 * As in `GET /api/v2/findings/{id}`: additional `tags`.
 * 
 * Items: A ref.
 */
risk_refs?: string[]
/**
 * As in our own reports: why the finding carries each ref.
 */
mappings?: (NativeMapping | number)[]
/**
 * As in our own reports: the same as `excerpt`.
 */
evidence_excerpt?: string
}
/**
 * Why the file closes the finding, and who decided.
 */
export interface NativeDisposition {
/**
 * Reason; truncated after 1,000 characters.
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
 * `direct`, or the basis of the crosswalk pair.
 */
basis: string
}
/**
 * The scanner that wrote the file.
 */
export interface NativeTool {
/**
 * Name of the scanner.
 */
name: string
/**
 * Version of the scanner.
 */
version?: string
}
/**
 * A system under test.
 */
export interface NativeTarget {
/**
 * Name by which findings refer to the target.
 */
name?: string
/**
 * Who operates the model.
 */
provider?: string
/**
 * Name of the model.
 */
model?: string
/**
 * Version of the model.
 */
model_version?: string
system_prompt_sha256?: Sha256
tools_sha256?: Sha256
}
/**
 * Results of one probe with one detector.
 */
export interface NativeProbe {
/**
 * Name of the probe.
 */
probe: string
/**
 * Detector that judged the responses.
 */
detector?: string
/**
 * Number of evaluations that passed.
 */
passed: number
/**
 * Number of evaluations that failed.
 */
failed: number
/**
 * Number of evaluations without a verdict.
 */
unscored?: number
/**
 * What the probe tests, as in a finding.
 * 
 * Items: A tag.
 */
tags?: string[]
}
/**
 * The scanner’s own totals. A total that contradicts the rows is recorded as a discrepancy.
 */
export interface NativeTotals {
/**
 * Number of findings.
 */
findings?: number
/**
 * Number of evaluations that passed.
 */
passed?: number
/**
 * Number of evaluations that failed.
 */
failed?: number
}
/**
 * A scan that anyone can write, for scanners without an importer: one JSON document, or JSON Lines whose first line is this object without `findings` and whose other lines are a NativeFinding each. Other members are ignored.
 */
export interface NativeScan {
/**
 * Identifies this format.
 */
format: "evidence-findings/v1"
tool: NativeTool
/**
 * When the scan ran (RFC 3339). Absent: the time that the caller of the import states, or unknown.
 */
started_at?: string
/**
 * The scanner’s own id of the run. Another file with the same id is a copy and is counted once.
 */
run_id?: string
run?: NativeRun
/**
 * The systems under test. Absent: the target that the caller of the import states, or unknown.
 * 
 * @maxItems 64
 */
targets?: NativeTarget[]
severity_scale?: SeverityScale
/**
 * Number of prompts sent.
 */
attempts?: number
/**
 * What was tested, and the results. Only what is listed here, or in a finding, counts as tested.
 * 
 * @maxItems 4000
 */
probes?: NativeProbe[]
totals?: NativeTotals
/**
 * The findings, any number of them. Absent in JSON Lines.
 */
findings?: NativeFinding[]
}
/**
 * How the scanner’s run ended. Absent: unknown. The findings of a failed run count, but what passed in it makes no control clean.
 */
export interface NativeRun {
/**
 * `completed`, or `failed`, `aborted` or any other word for a run that did not finish.
 */
status: string
/**
 * Why the run did not finish; truncated after 500 characters.
 */
reason?: string
}
/**
 * What went wrong and what to do about it (RFC 9457), with a slug in `error`.
 */
export interface Problem {
/**
 * URI that identifies the kind of problem. Stable.
 */
type: string
/**
 * Name of the kind of problem, for people. Always the same for a kind.
 */
title: string
/**
 * HTTP status of the response.
 */
status: number
/**
 * What is wrong with this request, and what to do.
 */
detail: string
/**
 * Kind of problem, for programs. The OpenAPI document lists the kinds for each call.
 */
error: ("invalid_request" | "framework_unknown" | "scope_invalid" | "invalid_cursor" | "missing_token" | "invalid_token" | "expired_token" | "missing_scope" | "ip_not_allowed" | "link_expired" | "not_found" | "report_not_found" | "finding_not_found" | "framework_not_found" | "method_not_allowed" | "idempotency_key_in_use" | "report_not_ready" | "report_not_expired" | "rules_changed" | "report_expired" | "artifact_lost" | "request_timeout" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "range_not_satisfiable" | "idempotency_key_reused" | "too_many_streams" | "queue_full" | "rate_limited" | "findings_quota_reached" | "artifact_quota_reached" | "insufficient_storage" | "headers_too_large" | "internal_error" | "history_unreadable" | "rebuilding" | "unavailable")
/**
 * The member or parameter that is wrong: a JSON Pointer (RFC 6901) into the body, or the parameter’s name.
 */
field?: string
/**
 * The value that was sent; long values are truncated.
 */
value?: (string | number | boolean | null | {
[k: string]: unknown
} | unknown[])
/**
 * Values that would be accepted.
 * 
 * @maxItems 64
 * 
 * Items: A value that would be accepted.
 */
allowed?: (string | number)[]
/**
 * Everything that is wrong with the request, including the first problem. Present only if there is more than one.
 * 
 * @minItems 2
 * @maxItems 16
 * 
 * Items: One of the things that are wrong.
 */
violations?: {
/**
 * What is wrong and what to do.
 */
detail: string
/**
 * The member or parameter that is wrong: a JSON Pointer (RFC 6901) into the body, or the parameter’s name.
 */
field?: string
/**
 * The value that was sent; long values are truncated.
 */
value?: (string | number | boolean | null | {
[k: string]: unknown
} | unknown[])
/**
 * Values that would be accepted.
 * 
 * @maxItems 64
 * 
 * Items: A value that would be accepted.
 */
allowed?: (string | number)[]
}[]
/**
 * Maximum size of the body, in bytes.
 */
limit_bytes?: number
/**
 * Seconds after which the call may be repeated; also in the header `Retry-After`.
 */
retry_after_seconds?: number
/**
 * The limit that was reached: calls per `window`, or the number of reports, findings or bytes that a quota allows.
 */
limit?: number
/**
 * How much of the quota `limit` is already used.
 */
used?: number
/**
 * How much of the quota this call would have used.
 */
requested?: number
/**
 * Free bytes on the disk that is nearly full.
 */
free_bytes?: number
/**
 * Bytes that are kept free. With fewer free bytes, requests that need space are refused.
 */
watermark_bytes?: number
/**
 * Period over which `limit` is counted.
 */
window?: string
report_status?: ReportStatus
/**
 * How much of the log each view that is being rebuilt has read.
 * 
 * @maxItems 32
 * 
 * Items: Progress of one view.
 */
progress?: {
/**
 * Name of the view, as in `not_ready`.
 */
part: string
/**
 * Percentage that has been read of the log as it was when the rebuild began.
 */
percent: number
}[]
/**
 * The parts that are unavailable, so that no report can be made.
 * 
 * @maxItems 32
 * 
 * Items: Name of a part of the system.
 */
not_ready?: string[]
tombstone?: Tombstone
}
/**
 * Record of a report whose files were deleted: what it was, why it was deleted, and how to regenerate it.
 */
export interface Tombstone {
expired_at: Instant
due_at: Instant
/**
 * Why the files were deleted, in a sentence.
 */
reason: string
/**
 * The retention that was in force. Null: not recorded.
 */
retention: ({
/**
 * Length in seconds, starting at `ready_at`.
 */
seconds: number
/**
 * Who set the retention. `tenant_policy`: the tenant. `tenant_floor`: the tenant’s floor, which is longer than its policy. `installation_default`: the tenant has no policy, and no floor that is longer.
 */
basis: ("tenant_policy" | "tenant_floor" | "installation_default")
/**
 * The event in the log that set it. Null: the installation’s default, which no event sets.
 */
event_id: (string | null)
} | null)
/**
 * The signed file.
 */
artifact: {
sha256: Sha256
/**
 * Size in bytes.
 */
size_bytes: number
/**
 * Media type (RFC 6838).
 */
media_type: string
/**
 * SHA-256 of the content of the report: its canonical JSON (RFC 8785) without report_id, generated_at, signature and renderer_version. It is the same for a PDF and a JSON with the same content, and for a report that regenerates this one. Null: made before this member existed.
 */
content_sha256: (Sha256 | null)
}
attestation_sha256: Sha256
/**
 * Numbers of findings in the report.
 */
totals: {
/**
 * Number of findings in the report.
 */
findings: number
/**
 * Number of those that were open.
 */
total_open: number
}
/**
 * How to regenerate the report: a `POST` without a body. The new report has the same `content_sha256`.
 */
regenerate: {
/**
 * Path for the `POST`.
 */
path: string
data_as_of: LogPoint
rules: Rules
}
}
/**
 * A report as clients see it. Every member except `request` is always present. Null: not yet known, or not applicable.
 */
export interface Report {
id: ReportId
status: ReportStatus
format: ReportFormat
queued_at: Instant
/**
 * Title as requested.
 */
title: string
/**
 * Frameworks, in the order of the request.
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
 * Scope as requested.
 */
scope: {
/**
 * First day (UTC), inclusive. Null: no lower bound.
 */
from: (CalendarDate | null)
/**
 * Last day (UTC), inclusive. Null: no upper bound.
 */
to: (CalendarDate | null)
/**
 * Endpoints in scope. Empty: all.
 * 
 * @maxItems 1000
 */
endpoint_ids: OpaqueId[]
/**
 * Severities in scope, worst first; all five if the request named none.
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
 * Progress of the report.
 */
progress: {
/**
 * Current stage. `finished`: nothing more will happen on its own, whatever the status.
 */
stage: ("queued" | "scoping" | "mapping" | "rendering" | "finished")
/**
 * Percentage of the current stage that is done, as reported by it; never decreases within a stage. 0: nothing is known yet. 100 if `finished`.
 */
percent: number
}
/**
 * When work on the report began (UTC, RFC 3339).
 */
started_at: (Instant | null)
/**
 * When the signed artifact was stored (UTC, RFC 3339).
 */
ready_at: (Instant | null)
/**
 * End of retention (UTC, RFC 3339), no earlier than the tenant’s retention floor. The artifact is deleted then, unless the report is under a legal hold.
 */
expires_at: (Instant | null)
/**
 * Why the report failed. Null unless the status is `failed`.
 */
failure: ({
/**
 * The stage that failed.
 */
stage: ("scoping" | "mapping" | "rendering" | "expiry")
/**
 * Reason code, for programs.
 */
code: string
/**
 * What went wrong and what to do, in a sentence.
 */
message: string
} | null)
/**
 * The signed file. Known from when the report is ready, and kept after it expires, so that a copy elsewhere can be recognised.
 */
artifact: ({
sha256: Sha256
/**
 * Size in bytes.
 */
size_bytes: number
/**
 * Media type (RFC 6838).
 */
media_type: string
/**
 * SHA-256 of the content of the report: its canonical JSON (RFC 8785) without report_id, generated_at, signature and renderer_version. It is the same for a PDF and a JSON with the same content, and for a report that regenerates this one. Null: made before this member existed.
 */
content_sha256: (Sha256 | null)
} | null)
/**
 * Where to download the artifact, with a bearer token. Null unless the status is `ready`.
 */
download_url: (string | null)
request?: CreateReport
/**
 * A report under a legal hold does not expire. Null: there is none.
 */
legal_hold: ({
placed_at: Instant
/**
 * Reason for the hold, as given by the operator.
 */
reason: string
} | null)
/**
 * The artifact or its attestation is missing or damaged and cannot be made again. The report can be regenerated as a new one. Null: nothing is lost.
 */
lost: ({
found_at: Instant
/**
 * What prevents the files from being made again, as in the event ArtifactLost.
 */
missing: string
/**
 * What is missing and what to do, in a sentence.
 */
message: string
} | null)
/**
 * Id of the expired or lost report that this one regenerates. Null: none.
 */
regenerates: (ReportId | null)
/**
 * Record of an expired report. Null: the report has not expired, or expired before tombstones were recorded.
 */
tombstone: (Tombstone | null)
}
/**
 * The request was recorded. Poll the report at `Location`.
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
incomplete?: Incomplete
/**
 * Pass it as `cursor` to get the next page. Null on the last page. Opaque.
 */
next_cursor: (string | null)
}
/**
 * Progress of a report: the `data` of a server-sent event of `GET /api/v2/reports/{id}/events`. An event with an id is a step.
 */
export interface ReportProgress {
id: ReportId
status: ReportStatus
/**
 * Stage after the last step.
 */
stage: ("queued" | "scoping" | "mapping" | "rendering" | "finished")
/**
 * Percentage of the stage that is done; never decreases within a stage. 100 if `finished`.
 */
percent: number
at: Instant
}
/**
 * The tenant and the scope.
 */
export interface ScopeHeader {
tenant: TenantSlug
scope: ReportScope
}
/**
 * What a report covers. An empty list or an absent date does not restrict it.
 */
export interface ReportScope {
/**
 * Only findings of these endpoints. Empty: all endpoints.
 * 
 * @maxItems 1000
 */
endpointIds: OpaqueId[]
/**
 * Only these severities. Empty: all severities.
 * 
 * @maxItems 5
 */
includeSeverities: Severity[]
from?: CalendarDate
to?: CalendarDate
}
/**
 * Totals. `considered` = `included` + all `excluded`.
 */
export interface ScopeTotals {
/**
 * Number of all findings of the tenant.
 */
considered: number
/**
 * Number of `finding` lines.
 */
included: number
excluded: CountsByReason
/**
 * Number of `scan` lines that follow.
 */
scans: number
/**
 * Events of scans, findings and decisions up to the log position that cannot be read and do not say which tenant they belong to. Absent: there are none.
 */
unreadableEvents?: number
openElsewhen?: CountsByReason
/**
 * Number of secrets and personal numbers that were redacted in the texts of all lines. Absent: none.
 */
redactions?: number
}
/**
 * A line of a scope snapshot: the findings in scope and what was tested. Snapshots are JSON Lines of media type `application/vnd.evidence.scope+jsonl`; each line is canonical JSON (RFC 8785) and a line feed, and the file is stored under its SHA-256. The order is: one `header`; all lines of `disposition`, `finding`, `outside` and `openElsewhen`; `totals`; all lines of `scan`. The log position is in `ReportScoped.dataAsOf` and not here, so equal evidence gives equal bytes. Snapshots of media type `application/json` are one ScopeSnapshot.
 */
export interface ScopeLine {
header?: ScopeHeader
disposition?: Disposition
finding?: ScopedFinding
outside?: OutsideFindings
openElsewhen?: OpenElsewhen
totals?: ScopeTotals
scan?: ScopedScan
}
/**
 * A finding that is closed: by a person, by the tenant’s policy or by the imported file.
 */
export interface Disposition {
findingId: OpaqueId
/**
 * Title, one line.
 */
title: string
severity: Severity
status: FindingStatus
decidedAt: Instant
/**
 * True: the file closes the finding and the time of its scan is unknown.
 */
decidedAtImport?: true
decidedBy: DecidedBy
/**
 * Reason for the decision.
 */
reason?: string
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
firstSeenAt: (Instant | null)
/**
 * When a scan last saw it, as of the log position (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
lastSeenAt: (Instant | null)
/**
 * Number of scans that saw it, as of the log position. Copies of one run count once.
 */
observations: number
notSeenSince?: NotSeenSince
/**
 * How the file closed the finding, if the file did.
 */
kind?: string
undated?: UndatedObservations
/**
 * Number of redaction marks in everything stored about the finding and the decision. Absent: none.
 */
redactions?: number
}
/**
 * The first scan that tested the weakness without seeing it, after the last one that saw it.
 */
export interface NotSeenSince {
scanId: OpaqueId
at: Instant
/**
 * Number of scans that have tested it since it was last seen and did not see it.
 */
scans: number
}
/**
 * Observations by scans whose time is unknown. They are counted, but do not reopen anything, because none is known to be later than a fix.
 */
export interface UndatedObservations {
/**
 * Number of observations.
 */
observations: number
importedAt: Instant
}
/**
 * An open weakness in scope, as last seen by a scan on or before the scope’s `to`.
 */
export interface ScopedFinding {
id: OpaqueId
scanId: OpaqueId
endpointId: OpaqueId
/**
 * Title, one line.
 */
title: string
severity: Severity
/**
 * Severity as stated by the tool.
 */
severityOriginal: string
status: FindingStatus
discoveredAt: Instant
tool: Tool
/**
 * Name of the probe, rule or plugin.
 */
probe: string
/**
 * Name of the detector; may be empty.
 */
detector: string
/**
 * Refs on the finding itself.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Tags that could not be translated to a control.
 * 
 * @maxItems 64
 * 
 * Items: The tag as written by the scanner.
 */
unresolvedTags: string[]
/**
 * SHA-256 of the redacted excerpt. Null: the file has no evidence.
 */
evidenceExcerptSha256: (Sha256 | null)
/**
 * The redacted excerpt. Present only in a report that shows evidence.
 */
evidenceExcerpt?: string
/**
 * Number of failed evaluations; a minimum if `evaluations` is null.
 */
hits: number
/**
 * Number of evaluations. Null: unknown.
 */
evaluations: (number | null)
score?: Score
/**
 * When a scan first saw the weakness (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
firstSeenAt: (Instant | null)
/**
 * When a scan last saw it, as of the log position (UTC, RFC 3339). Null: the time of every such scan is unknown.
 */
lastSeenAt: (Instant | null)
/**
 * Number of scans that saw it, as of the log position. Copies of one run count once.
 */
observations: number
notSeenSince?: NotSeenSince
/**
 * Name of the scan’s target on which the test failed.
 */
target?: string
undated?: UndatedObservations
/**
 * True: the time of the scan is unknown.
 */
timeNotStated?: true
/**
 * Number of redaction marks in everything stored about the finding, including its summary and excerpt. Absent: none.
 */
redactions?: number
}
/**
 * A ref that the finding itself is tagged with.
 */
export interface DirectRef {
ref: ControlRef
/**
 * The tag as the scanner wrote it.
 */
native: string
/**
 * Who assigned the ref.
 */
source: string
origin?: RefOrigin
}
/**
 * Findings outside the scope with the same severity, status and refs.
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
 * Number of findings.
 */
findings: number
}
/**
 * Open findings outside the dates of the scope with the same reason and refs.
 */
export interface OpenElsewhen {
/**
 * `before_from`: last seen before the dates; `after_to`: first seen after them.
 */
reason: ("before_from" | "after_to")
/**
 * Refs on the findings themselves.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Number of findings.
 */
findings: number
}
/**
 * A scan in scope.
 */
export interface ScopedScan {
id: OpaqueId
endpointId: OpaqueId
tool: Tool
format: ScanFormat
sourceSha256: Sha256
/**
 * When the scan ran (UTC, RFC 3339). Null: neither the file nor the caller of the import states it.
 */
startedAt: (Instant | null)
/**
 * Number of attempts.
 */
attempts: number
/**
 * False: nothing in the scan is clean.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
/**
 * Results per probe and detector.
 * 
 * @maxItems 4000
 */
probes: ProbeResult[]
counts: ImportCounts
/**
 * Totals in the file that contradict its rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * The scanner’s own id of the run.
 */
runId?: string
/**
 * What was tested. Empty: the target is not stated.
 * 
 * @maxItems 64
 */
targets: TestTarget[]
suite?: TestSuite
importedAt?: Instant
/**
 * The file states its time without a time zone; `startedAt` interprets it as UTC.
 */
zoneNotStated?: true
/**
 * Other files of the same run, by scan id. Absent: none is known.
 * 
 * @maxItems 1000
 */
sameRun?: SameRun[]
/**
 * Number of redaction marks in what is stored about the scan itself. Absent: none.
 */
redactions?: number
}
/**
 * Results of one probe with one detector: the unit of "tested".
 */
export interface ProbeResult {
/**
 * Name of the probe, rule or plugin.
 */
probe: string
/**
 * Name of the detector or assertion. Empty: the tool has none.
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
 * Tags that were not translated and are never guessed.
 * 
 * @maxItems 64
 * 
 * Items: A tag that names no known control.
 */
unresolvedTags: string[]
}
/**
 * The system under test, as stated by the file or the caller of the import.
 */
export interface TestTarget {
/**
 * Name of the target in the scan; findings refer to their target by this name. Empty: there is only one target, and it has no name.
 */
name: string
/**
 * Who operates the model.
 */
provider?: string
/**
 * Name of the model.
 */
model?: string
/**
 * Version of the model.
 */
modelVersion?: string
systemPromptSha256?: Sha256
toolsSha256?: Sha256
evaluations?: Evaluations
}
/**
 * Another file of the same run.
 */
export interface SameRun {
scanId: OpaqueId
/**
 * `copy`: it has nothing that this scan lacks, and is not counted. `apart`: each has something that the other lacks, and both count.
 */
relation: ("copy" | "apart")
/**
 * Kind of copy. Absent: the file does not name its run.
 */
kind?: string
/**
 * Number of different weaknesses in the file.
 */
findings: number
}
/**
 * The findings in scope and what was tested as one document: the format stored by releases before ScopeLine. Stored as RFC 8785 canonical JSON under its SHA-256. The log position is in `ReportScoped.dataAsOf` and not here, so equal evidence gives equal bytes, in whatever order independent scans were imported.
 */
export interface ScopeSnapshot {
tenant: TenantSlug
scope: ReportScope
/**
 * The open findings in scope, worst severity first, then by id.
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
 * Number of all findings of the tenant.
 */
considered: number
/**
 * Number of items in `findings`.
 */
included: number
excluded: CountsByReason
}
/**
 * Findings on the endpoints and days of the scope that are not in `findings` because they are closed or have a severity that was not requested; sorted by severity, status and refs. Absent: recorded before this member existed.
 * 
 * @maxItems 1000000
 */
outside?: OutsideFindings[]
/**
 * Open findings of any severity on the endpoints of the scope that no scan saw within its dates; sorted by reason and refs. Absent: recorded before this member existed.
 * 
 * @maxItems 1000000
 */
openElsewhen?: OpenElsewhen[]
/**
 * Events of scans, findings and decisions up to the log position that cannot be read and do not say which tenant they belong to. Absent: there are none.
 */
unreadableEvents?: number
}
export interface SigningKey2 {
/**
 * The signing certificate followed by its issuers, in PEM. The gateway, which publishes the keys, reads nothing else.
 */
certificateFile: string
validFrom?: Instant
retiredAt?: Instant
/**
 * Where the private key is: exactly one of three places. Absent only for a retired key.
 */
privateKey?: ({
[k: string]: unknown
} & {
/**
 * File with the private key in PKCS #8, PKCS #1 or SEC 1, unencrypted.
 */
pemFile?: string
/**
 * PKCS #12 file (RFC 7292) with one private key.
 */
pkcs12File?: string
/**
 * File with the passphrase of the PKCS #12 file on its first line.
 */
passphraseFile?: string
/**
 * An ES module whose `sign({ bytes, digest, algorithm, signal })` calls a KMS or HSM and resolves to the signature: RSASSA-PKCS1-v1_5, or ECDSA P-256 in DER, with SHA-256.
 */
module?: string
})
}
/**
 * The signing keys of an installation over time: the content of the file named by `SIGNING_KEYS_FILE`. Paths are relative to that file’s folder.
 */
export interface SigningKeys {
/**
 * The keys. If several are valid at an instant, the one that became valid last signs. To rotate, add a key whose `validFrom` is in the future and retire the old key an hour after it.
 * 
 * @minItems 1
 * @maxItems 64
 */
keys: SigningKey[]
}
/**
 * Stored bytes, identified by their digest.
 */
export interface Blob {
sha256: Sha256
/**
 * Size in bytes.
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
 * Reason given in the file.
 */
justification?: string
/**
 * Author of the decision, as named in the file.
 */
by?: string
/**
 * Where the decision is written down, as far as the file says.
 */
place?: string
}
/**
 * The run that a file belongs to, by the scanner’s own id, and which kind of copy it is.
 */
export interface RunCopy {
/**
 * The run’s id.
 */
runId: string
/**
 * Kind of copy, the most complete first.
 */
kind: ("report" | "digest" | "hitlog")
/**
 * Number of results in the file. Of two copies of the same kind, the one with more is the more complete.
 */
results: number
}
/**
 * How long a report is kept after it became ready, and who set that.
 */
export interface Retention {
/**
 * Length in seconds, starting at `readyAt`.
 */
seconds: number
/**
 * Who set the retention. `tenant_policy`: the tenant. `tenant_floor`: the tenant’s floor, which is longer than its policy. `installation_default`: the tenant has no policy, and no floor that is longer.
 */
basis: ("tenant_policy" | "tenant_floor" | "installation_default")
/**
 * The event that set the retention. Absent for `installation_default`.
 */
eventId?: string
}
/**
 * A client made a call with a token of a tenant, and the call succeeded or was refused. Stored in the tenant’s audit stream. It contains no secrets: neither the token nor the query, headers or body.
 */
export interface ApiCallAudited {
/**
 * Id of the call; `requestId` in the service’s log.
 */
callId: string
tenant: TenantSlug
calledAt: Instant
/**
 * What was requested, in two or three segments; `auth.denied` if the token did not permit it.
 */
action: string
actor: Actor
/**
 * Who the token’s issuer says the caller is (`sub`, RFC 7519 §4.1.2). Null: the token was minted by this service.
 */
subject: (string | null)
/**
 * The HTTP method.
 */
method: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE")
/**
 * The path as written in the OpenAPI document, without parameter values.
 */
route: string
/**
 * Id of the report or finding that the path names. Null: the path names none, or its value is not known to be an id.
 */
resourceId: (OpaqueId | null)
/**
 * HTTP status of the response. Null: the client disconnected before the response was complete.
 */
status: (number | null)
/**
 * Slug of the problem. Null: the call succeeded.
 */
error: (string | null)
/**
 * IP address of the caller. Null: the proxy did not pass it on.
 */
address: (string | null)
}
/**
 * A bearer token was minted. The token itself was shown once and is not stored; only its hash is.
 */
export interface ApiTokenMinted {
tokenId: OpaqueId
tenant: TenantSlug
/**
 * Name of the token, for people.
 */
name: string
sha256: Sha256
/**
 * What the token permits.
 * 
 * @maxItems 64
 * 
 * Items: A scope. Unknown scopes are kept and have no effect.
 */
scopes: string[]
mintedAt: Instant
expiresAt?: Instant
/**
 * Addresses from which the token may be used. Absent or empty: any.
 * 
 * @maxItems 64
 * 
 * Items: An address block in CIDR notation (RFC 4632, RFC 4291).
 */
allowedCidrs?: string[]
}
/**
 * A bearer token was revoked and must no longer be accepted.
 */
export interface ApiTokenRevoked {
tokenId: OpaqueId
revokedAt: Instant
}
/**
 * Files of a ready report are missing or damaged and cannot be made again. A later ArtifactRestored revokes this event.
 */
export interface ArtifactLost {
reportId: ReportId
foundAt: Instant
/**
 * Which of the two files.
 * 
 * @minItems 1
 * @maxItems 2
 * 
 * Items: A file of the report.
 */
blobs: {
/**
 * The signed file, or its attestation.
 */
kind: ("artifact" | "attestation")
sha256: Sha256
}[]
/**
 * What would be needed to make them again. `renderer_version`: the renderer version used at the time. `signing_key`: the private key. `signature`: a reproducible signature (ES256 is not). `timestamps`: the time-stamps of a PDF above level B-B. `snapshots`: the snapshots, which can no longer be rebuilt from the log. `settings`: a setting used at the time, such as PUBLIC_URL. `making`: nothing helps, because making the report fails.
 */
missing: ("renderer_version" | "signing_key" | "signature" | "timestamps" | "snapshots" | "settings" | "making")
/**
 * What is missing and what to do, in a sentence.
 */
message: string
}
/**
 * Files of a ready report that were missing or damaged have been restored, byte for byte.
 */
export interface ArtifactRestored {
reportId: ReportId
restoredAt: Instant
/**
 * Which of the two files.
 * 
 * @minItems 1
 * @maxItems 2
 * 
 * Items: A file of the report.
 */
blobs: {
/**
 * The signed file, or its attestation.
 */
kind: ("artifact" | "attestation")
sha256: Sha256
}[]
/**
 * Whether the files were made again from the log, or put back by someone after they were lost.
 */
how: ("made_again" | "put_back")
}
/**
 * A weakness is resolved after this many scans in a row have tested it and not seen it. Applies to scans imported later.
 */
export interface AutoResolvePolicySet {
tenant: TenantSlug
/**
 * Number of scans. Null: never, so findings are closed only by a decision, as without a policy.
 */
afterCleanScans: (number | null)
setAt: Instant
setBy: Actor
}
/**
 * An operator checked the clock and confirmed that it is right, so deletion continues.
 */
export interface ClockConfirmed {
confirmedAt: Instant
confirmedBy: Actor
}
/**
 * Recorded once a minute: the system was running, and this was the time. Ticks reveal outages, which do not count towards deadlines, and clock jumps, after which nothing is deleted until an operator confirms the clock.
 */
export interface ClockTicked {
tickedAt: Instant
/**
 * Monotonic clock of the instance, in milliseconds. Comparable only within one `bootId`.
 */
monotonicMs: number
/**
 * Id of the instance’s current run.
 */
bootId: string
/**
 * The clock may be wrong, so nothing is deleted. Repeated in every tick until `ClockConfirmed`. Absent: the clock is trusted.
 */
suspect?: {
/**
 * `stepped`: wall clock and monotonic clock differ by more than an hour. `long_downtime`: more than a day has passed since the previous tick, or the clock was set back across a restart.
 */
reason: ("stepped" | "long_downtime")
/**
 * Seconds by which the wall clock advanced too far; for a long downtime, its length in seconds.
 */
bySeconds: number
since: Instant
}
}
/**
 * A message on the bus: one CloudEvents 1.0 document in structured mode (application/cloudevents+json).
 */
export interface CloudEvent {
/**
 * Version of CloudEvents.
 */
specversion: "1.0"
/**
 * Id of the event in the event store, and the Nats-Msg-Id.
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
 * Id of the report.
 */
subject: string
time: Instant
/**
 * Media type of `data`; always JSON.
 */
datacontenttype: "application/json"
/**
 * Id of the schema of `data`.
 */
dataschema: string
tenant: TenantSlug
/**
 * Extension: the report’s id.
 */
correlationid: string
/**
 * Extension: the event, request or command that caused this one.
 */
causationid: string
actor: Actor
position: Position
/**
 * Data of the event, valid against `dataschema`.
 */
data: {

}
/**
 * Extension: distributed tracing (W3C Trace Context).
 */
traceparent?: string
/**
 * Extension: distributed tracing (W3C Trace Context).
 */
tracestate?: string
}
/**
 * Metadata stored with every event: who caused it, why, and in which trace. The members are the same for every event.
 */
export interface EventMetadata {
/**
 * Id of the event. Derived (UUIDv5 of cause and type) if a redelivery must not create a second event.
 */
eventId: string
tenant: TenantSlug
/**
 * What the event belongs to: the report’s id, or the id of its subject if there is no report.
 */
correlationId: string
/**
 * The event, request or command that led to this one.
 */
causationId: string
occurredAt: Instant
actor: Actor
/**
 * Name of the schema of the data.
 */
schema: string
/**
 * W3C Trace Context. A replay links to it but never continues it.
 */
traceparent?: string
/**
 * W3C Trace Context, vendor-specific part.
 */
tracestate?: string
}
/**
 * A scan found a weakness for the first time. `FindingObserved` means that it was found again.
 */
export interface FindingRecorded {
findingId: OpaqueId
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
/**
 * Title, one line.
 */
title: string
/**
 * A few sentences; may be empty.
 */
summary: string
severity: Severity
/**
 * Severity as stated by the tool, before it was normalised.
 */
severityOriginal: string
status: FindingStatus
discoveredAt: Instant
/**
 * True: neither the file nor the caller of the import states the time, so it was found at some time before `discoveredAt`.
 */
timeNotStated?: true
/**
 * Name of the probe, rule or plugin.
 */
probe: string
/**
 * Name of the detector or assertion; may be empty.
 */
detector: string
/**
 * Refs on the finding itself.
 * 
 * @maxItems 64
 */
refs: DirectRef[]
/**
 * Tags that were not translated and are never guessed.
 * 
 * @maxItems 64
 * 
 * Items: A tag that names no known control.
 */
unresolvedTags: string[]
/**
 * The evidence for the finding.
 */
evidence: {
/**
 * Redacted excerpt; may be empty.
 */
excerpt: string
/**
 * SHA-256 of the UTF-8 bytes of the excerpt. Null if the excerpt is empty, because the file has no evidence.
 */
excerptSha256: (Sha256 | null)
/**
 * Number of failed evaluations; a minimum if `evaluations` is null.
 */
hits: number
/**
 * Number of evaluations with a verdict. Null: unknown.
 */
evaluations: (number | null)
score?: Score
}
/**
 * What identifies the same weakness in other scans of the endpoint. Absent in events recorded before weaknesses had an identity.
 * 
 * @minItems 2
 * @maxItems 16
 * 
 * Items: The name of the tool, followed by the values that the scanner uses to tell weaknesses apart.
 */
identity?: string[]
/**
 * Name of the scan’s target on which the test failed. Absent: the scan has one target or none.
 */
target?: string
disposition?: FileDisposition
}
/**
 * The status of a finding was changed by a person or by a rule.
 */
export interface FindingStatusChanged {
findingId: OpaqueId
tenant: TenantSlug
from: FindingStatus
to: FindingStatus
changedAt: Instant
changedBy: Actor
/**
 * Reason for the change.
 */
reason?: string
/**
 * The rule that changed the status. `seen_again`: a later scan saw a weakness that was marked as fixed. `clean_scans`: the tenant’s policy resolved it. Absent: someone decided.
 */
rule?: ("seen_again" | "clean_scans")
scanId?: OpaqueId
scanRanAt?: Instant
}
/**
 * Someone is about to mark a finding as fixed. Recorded in `weaknesses-<tenant>/<endpointId>` before the `FindingStatusChanged`, so that a scan that sees the weakness again knows that there is something to reopen.
 */
export interface FixClaimed {
findingId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
claimedAt: Instant
claimedBy: Actor
}
/**
 * A client requested a report with an idempotency key that was free. For 24 hours from `claimedAt` the key belongs to this report. Recorded in `idempotency-<keySha256>` before the report’s own `ReportRequested`. The key itself is never stored.
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
 * The report must not be deleted, regardless of its retention.
 */
export interface LegalHoldPlaced {
tenant: TenantSlug
reportId: ReportId
/**
 * Reason for the hold.
 */
reason: string
placedAt: Instant
placedBy: Actor
}
/**
 * The legal hold was released; retention applies again.
 */
export interface LegalHoldReleased {
tenant: TenantSlug
reportId: ReportId
releasedAt: Instant
releasedBy: Actor
}
/**
 * A message that this service can never handle was parked, with everything an operator needs.
 */
export interface MessageParked {
/**
 * The service that parked it.
 */
service: ("gateway" | "scoping" | "mapping" | "renderer" | "expiry")
/**
 * Subject on which the message arrived.
 */
subject: string
/**
 * Sequence number in the JetStream stream.
 */
streamSequence: number
/**
 * Original bytes of the message, base64.
 */
body: string
/**
 * Reason as a code.
 */
code: string
/**
 * Reason in a sentence.
 */
message: string
/**
 * Number of delivery attempts.
 */
deliveries: number
firstSeenAt: Instant
parkedAt: Instant
reportId?: ReportId
}
/**
 * An operator has dealt with the parked message. It is no longer listed.
 */
export interface ParkedMessageDropped {
/**
 * Id of the `MessageParked` event that this refers to.
 */
parkedId: string
/**
 * The service that parked the message.
 */
service: ("gateway" | "scoping" | "mapping" | "renderer" | "expiry")
droppedAt: Instant
droppedBy: Actor
}
/**
 * An operator republished the parked message. If it fails again, it is parked again under a new id.
 */
export interface ParkedMessageReplayed {
/**
 * Id of the `MessageParked` event that this refers to.
 */
parkedId: string
/**
 * The service that parked the message.
 */
service: ("gateway" | "scoping" | "mapping" | "renderer" | "expiry")
replayedAt: Instant
replayedBy: Actor
}
/**
 * All quotas of the tenant from now on. Null: the installation’s default. 0: no limit.
 */
export interface QuotasSet {
tenant: TenantSlug
findings: Quota
artifactBytes: Quota
queuedReports: Quota
setAt: Instant
setBy: Actor
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
 * Retention ended and the files of the report were deleted. Terminal.
 */
export interface ReportExpired {
reportId: ReportId
expiredAt: Instant
artifactSha256: Sha256
/**
 * What remains of the report. Absent in events recorded before tombstones existed.
 */
tombstone?: {
/**
 * Why the files were deleted, in a sentence.
 */
reason: string
dueAt: Instant
retention?: Retention
artifact: Blob
attestation: Blob
scopeSnapshot: Blob
mappingSnapshot: Blob
contentSha256?: Sha256
/**
 * Numbers of findings in the report.
 */
totals: {
/**
 * Number of findings in the report.
 */
findings: number
/**
 * Number of those that were open.
 */
totalOpen: number
/**
 * Number of open findings of each requested severity.
 */
bySeverity?: {
/**
 * Number of open critical findings.
 */
critical?: number
/**
 * Number of open high findings.
 */
high?: number
/**
 * Number of open medium findings.
 */
medium?: number
/**
 * Number of open low findings.
 */
low?: number
/**
 * Number of open info findings.
 */
info?: number
}
}
dataAsOf: LogPoint
rules: Rules
}
}
/**
 * A stage gave up permanently. Terminal.
 */
export interface ReportFailed {
reportId: ReportId
failedAt: Instant
/**
 * The stage that failed.
 */
stage: ("scoping" | "mapping" | "rendering" | "expiry")
/**
 * Reason code; a closed set per stage.
 */
code: string
/**
 * What went wrong and what the client can do, in a sentence.
 */
message: string
}
/**
 * Refs per finding, coverage per control and overlaps were computed and stored as a content-addressed snapshot.
 */
export interface ReportMapped {
reportId: ReportId
mappedAt: Instant
scopeSnapshot: Blob
snapshot: Blob
/**
 * The crosswalk that was used.
 */
crosswalk: {
/**
 * Version of the crosswalk data.
 */
version: string
sha256: Sha256
}
rules?: Rules
/**
 * Summary totals.
 */
counts: {
/**
 * Number of mapped findings.
 */
findings: number
/**
 * Number of refs over all findings.
 */
refs: number
/**
 * Number of pairs.
 */
overlaps: number
}
}
/**
 * The artifact was typeset, signed and stored. This is the event that other services subscribe to.
 */
export interface ReportReady {
reportId: ReportId
readyAt: Instant
expiresAt: Instant
format: ReportFormat
artifact: Blob
attestation: Blob
/**
 * The signer of the artifact.
 */
signature: {
/**
 * Id of the signing key: its RFC 7638 thumbprint. The key is published in /.well-known/jwks.json.
 */
keyId: string
/**
 * Signature algorithm (RFC 7518 §3.1).
 */
algorithm: ("RS256" | "ES256")
/**
 * True: signed with a development key, made by the software itself, which no one should trust.
 */
developmentKey: boolean
/**
 * PDF only: the PAdES baseline level (ETSI EN 319 142-1), always the configured one and never a lower one.
 */
level?: ("B-B" | "B-T" | "B-LT" | "B-LTA")
}
/**
 * Summary totals.
 */
summary: {
/**
 * Number of findings in the report.
 */
findings: number
/**
 * Number of those that were open.
 */
totalOpen: number
/**
 * Number of open findings of each requested severity.
 */
bySeverity?: {
/**
 * Number of open critical findings.
 */
critical?: number
/**
 * Number of open high findings.
 */
high?: number
/**
 * Number of open medium findings.
 */
medium?: number
/**
 * Number of open low findings.
 */
low?: number
/**
 * Number of open info findings.
 */
info?: number
}
}
/**
 * Version of the renderer. The same log positions, renderer version, settings and key produce the same bytes, except for time-stamps and ES256 signatures.
 */
rendererVersion: string
/**
 * Title as requested.
 */
title?: string
/**
 * Path of the artifact, which begins with `/api/v2`: put the address of the gateway before it. Needs a token of the tenant.
 */
downloadPath?: string
contentSha256?: Sha256
retention?: Retention
}
/**
 * A client requested a report. The first event of `report-<reportId>`; its position is the point in the log as of which the report shows the findings.
 */
export interface ReportRequestedV1 {
reportId: ReportId
tenant: TenantSlug
/**
 * Title on the cover.
 */
title: string
/**
 * Frameworks, in the order of the request.
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
 * Address of the page on which people read a finding, with `{id}` in place of its id, as configured when the report was requested. Absent: requested before this setting existed.
 */
findingUrlTemplate?: string
/**
 * The report regenerates an expired one: its data are taken as of the same point and judged by the same rules. Absent: data as of this event, judged by the installed rules.
 */
regenerates?: {
reportId: ReportId
dataAsOf: LogPoint
rules: Rules
}
/**
 * Whether the report shows evidence excerpts. Absent: it does not.
 */
includeEvidence?: boolean
}
/**
 * A client requested a report. The first event of `report-<reportId>`; its position is the point in the log as of which the report shows the findings.
 */
export interface ReportRequested {
reportId: ReportId
tenant: TenantSlug
/**
 * Title on the cover.
 */
title: string
/**
 * Frameworks, in the order of the request.
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
/**
 * The report fails if it is not ready this many seconds after `requestedAt`. Outages, during which the log’s clock stood still, do not count.
 */
deadlineSeconds: number
template?: PackTemplate
/**
 * Address of the page on which people read a finding, with `{id}` in place of its id, as configured when the report was requested. Absent: requested before this setting existed.
 */
findingUrlTemplate?: string
/**
 * The report regenerates an expired one: its data are taken as of the same point and judged by the same rules. Absent: data as of this event, judged by the installed rules.
 */
regenerates?: {
reportId: ReportId
dataAsOf: LogPoint
rules: Rules
}
/**
 * Whether the report shows evidence excerpts. Absent: it does not.
 */
includeEvidence?: boolean
}
/**
 * The findings in scope were determined, as of a point in the log, and stored as a content-addressed snapshot.
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
 * All findings of the tenant at `data_as_of`.
 */
considered: number
/**
 * Number of findings in the report.
 */
included: number
excluded: CountsByReason
/**
 * Number of scans in scope.
 */
scans: number
}
}
/**
 * Scoping started work on the report. Its status becomes `running`.
 */
export interface ReportStarted {
reportId: ReportId
startedAt: Instant
}
/**
 * The minimum time for which this tenant’s reports are kept, regardless of its policy. It also applies to reports that are already ready.
 */
export interface RetentionFloorSet {
tenant: TenantSlug
/**
 * In seconds, from 1 second to 36,500 days. 0 removes the floor.
 */
floorSeconds: number
/**
 * Reason, such as the law that requires it.
 */
reason: string
setAt: Instant
setBy: Actor
}
/**
 * How long this tenant’s reports are kept. Applies to reports that become ready later.
 */
export interface RetentionPolicySet {
tenant: TenantSlug
/**
 * In seconds, from 1 second to 36,500 days.
 */
retentionSeconds: number
setAt: Instant
setBy: Actor
}
/**
 * A scan was compared with the known weaknesses of its endpoint before its findings were recorded. In `weaknesses-<tenant>/<endpointId>`, at the revision on which the comparison was based. A long comparison is several events of one append.
 */
export interface ScanCompared {
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
/**
 * Name of the scanner.
 */
tool: string
/**
 * When the scan ran (UTC, RFC 3339). Null: neither the file nor the caller of the import states it.
 */
startedAt: (Instant | null)
comparedAt: Instant
copyOf?: CopyOf
/**
 * Number of different weaknesses in the file.
 */
seen: number
/**
 * Weaknesses seen for the first time.
 * 
 * @maxItems 20000
 */
first: FirstSeen[]
/**
 * Weaknesses that were seen before and are seen again.
 * 
 * @maxItems 20000
 */
again: OpaqueId[]
/**
 * Weaknesses seen by an older scan, tested by this one, and not seen.
 * 
 * @maxItems 20000
 */
notSeen: OpaqueId[]
/**
 * Weaknesses that were seen but are closed in the file itself: suppressed, accepted, fixed or a false positive.
 * 
 * @maxItems 20000
 */
closed: OpaqueId[]
/**
 * Weaknesses resolved by the tenant’s policy, because enough scans tested them without seeing them.
 * 
 * @maxItems 20000
 */
resolved: OpaqueId[]
copy?: RunCopy
/**
 * Earlier scans of the same run that this one replaces, because it contains everything that they contain. Absent: none.
 * 
 * @maxItems 100
 */
supersedes?: OpaqueId[]
/**
 * Earlier scans of the same run where each contains something that the other lacks, so both count. At most the last hundred. Absent: none.
 * 
 * @maxItems 100
 */
apart?: OpaqueId[]
rowsSha256?: Sha256
/**
 * What the file tested, by probe and detector. Only for a file that names its run, because a copy of a run never tests more than the run did.
 * 
 * @maxItems 4000
 */
tests?: ComparedTest[]
}
/**
 * The scan of the same run that counts instead of this one, because it contains everything that this one contains.
 */
export interface CopyOf {
scanId: OpaqueId
/**
 * True only in events recorded before `supersedes` existed: that scan is superseded by this one.
 */
superseded: boolean
}
/**
 * Weaknesses that are tested together.
 */
export interface FirstSeen {
/**
 * Digest of what a scan must run to test them. Absent: each weakness is its own test.
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
 * A probe and a detector.
 */
export interface ComparedTest {
/**
 * Beginning of the test’s id.
 */
id: string
/**
 * How often the test passed. Null: unknown.
 */
passed: (number | null)
/**
 * How often the test failed.
 */
failed: number
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
/**
 * When the scan ran, according to the file or the caller of the import (UTC, RFC 3339). Null: neither states it. Events recorded before 2026-11-30 have the time of the import instead of null.
 */
startedAt: (Instant | null)
/**
 * The file states its time without a time zone, as garak does. It was interpreted as UTC, so the scan may have run up to 14 hours earlier or 12 hours later.
 */
zoneNotStated?: true
/**
 * Number of attempts (prompts sent) in the file.
 */
attempts: number
/**
 * False: no evaluation has a verdict, so nothing in the scan is clean.
 */
evaluated: boolean
evaluations: Evaluations
run: RunState
/**
 * Results per probe and detector.
 * 
 * @maxItems 4000
 */
probes: ProbeResult[]
counts: ImportCounts
/**
 * Totals in the file that contradict its rows.
 * 
 * @maxItems 1000
 */
discrepancies: Discrepancy[]
/**
 * What was tested. Empty: neither the file nor the caller of the import states it (“target not pinned”).
 * 
 * @maxItems 64
 */
targets?: TestTarget[]
suite?: TestSuite
copy?: RunCopy
}
/**
 * Two scans are copies of one run, so what both saw, and what they tested, counts in only one of them. Recorded in the stream of the other one.
 */
export interface ScanSuperseded {
scanId: OpaqueId
tenant: TenantSlug
endpointId: OpaqueId
by: OpaqueId
copy?: RunCopy
/**
 * Number of different weaknesses in the superseded file.
 */
findings: number
supersededAt: Instant
}

/** The documents by the name of their contract. */
export interface DocumentData {
  readonly "AuditPage.v1": AuditPage;
  readonly "ChangeFinding.v1": ChangeFinding;
  readonly "CreateReport.v1": CreateReport;
  readonly "EvidenceReport.v1": EvidenceReport;
  readonly "EvidenceReportPredicate.v1": EvidenceReportPredicate;
  readonly "ExportManifest.v1": ExportManifest;
  readonly "Finding.v1": Finding;
  readonly "FindingPage.v1": FindingPage;
  readonly "Framework.v1": Framework;
  readonly "FrameworkCrosswalk.v1": FrameworkCrosswalk;
  readonly "FrameworkList.v1": FrameworkList;
  readonly "GetCrosswalk.v1": GetCrosswalk;
  readonly "Health.v1": Health;
  readonly "ImportFindings.v1": ImportFindings;
  readonly "ImportResult.v1": ImportResult;
  readonly "JwkSet.v1": JwkSet;
  readonly "ListAudit.v1": ListAudit;
  readonly "ListFindings.v1": ListFindings;
  readonly "ListReports.v1": ListReports;
  readonly "MappingLine.v1": MappingLine;
  readonly "MappingSnapshot.v1": MappingSnapshot;
  readonly "NativeFinding.v1": NativeFinding;
  readonly "NativeScan.v1": NativeScan;
  readonly "PackTemplate.v1": PackTemplate;
  readonly "Problem.v1": Problem;
  readonly "Report.v1": Report;
  readonly "ReportAccepted.v1": ReportAccepted;
  readonly "ReportPage.v1": ReportPage;
  readonly "ReportProgress.v1": ReportProgress;
  readonly "ScopeLine.v1": ScopeLine;
  readonly "ScopeSnapshot.v1": ScopeSnapshot;
  readonly "SigningKeys.v1": SigningKeys;
}
