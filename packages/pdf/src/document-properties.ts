import type { EvidenceReport } from '@evidence/contracts';
import { oneLine } from './printable.js';

export const PRODUCER = 'Evidence Reports';

/** What a PDF reader shows as “Document properties”: the Info dictionary (ISO 32000-1, 14.3.3). */
export interface DocumentProperties {
  /** SHA-256 of the report's canonical JSON (RFC 8785), in hex. */
  readonly dataSha256: string;
  readonly info: {
    readonly title: string;
    readonly author: string;
    readonly subject: string;
    readonly keywords: string;
    readonly creator: string;
    readonly producer: string;
    readonly creationDate: Date;
    readonly modDate: Date;
  };
}

/**
 * `dataSha256` is the digest of the report's canonical JSON. Both dates are the report's own. The digest is in the keywords because
 * pdfkit 0.19.1 derives the file's /ID from Info alone: without it, two reports with one title would share an /ID.
 */
export function documentProperties(report: Omit<EvidenceReport, 'findings'>, dataSha256: string): DocumentProperties {
  const generatedAt = new Date(report.generated_at);
  const subject = `Evidence report ${report.report_id}`;
  return {
    dataSha256,
    info: {
      title: oneLine(report.title.toWellFormed()) || subject,
      author: report.tenant_slug,
      subject,
      keywords: `sha256:${dataSha256}`,
      creator: PRODUCER,
      producer: PRODUCER,
      creationDate: generatedAt,
      modDate: generatedAt,
    },
  };
}

/**
 * The same properties as XMP (ISO 16684-1), each text escaped. pdfkit 0.19.1 writes them unescaped (seen 2026-11), so that
 * a title could close its element and forge the next.
 */
export function xmpDescriptions({ info }: DocumentProperties): string {
  const generatedAt = `${info.creationDate.toISOString().slice(0, 19)}Z`;
  return `
        <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
            <xmp:CreateDate>${generatedAt}</xmp:CreateDate>
            <xmp:ModifyDate>${generatedAt}</xmp:ModifyDate>
            <xmp:MetadataDate>${generatedAt}</xmp:MetadataDate>
            <xmp:CreatorTool>${xml(info.creator)}</xmp:CreatorTool>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:format>application/pdf</dc:format>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${xml(info.title)}</rdf:li></rdf:Alt></dc:title>
            <dc:creator><rdf:Seq><rdf:li>${xml(info.author)}</rdf:li></rdf:Seq></dc:creator>
            <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${xml(info.subject)}</rdf:li></rdf:Alt></dc:description>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
            <pdf:Producer>${xml(info.producer)}</pdf:Producer>
            <pdf:Keywords>${xml(info.keywords)}</pdf:Keywords>
        </rdf:Description>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const xml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
