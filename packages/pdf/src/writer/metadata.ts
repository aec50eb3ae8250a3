import { dateString, textString } from '@evidence/verify/formats';
import { type DocumentProperties, xmpDescriptions } from '../document-properties.js';

/** The Info dictionary (ISO 32000-1, 14.3.3); it must say what XMP says (ISO 19005-3, 6.6.2.3). */
export const infoDictionary = ({ info }: DocumentProperties): string =>
  `<</Title${textString(info.title)}/Author${textString(info.author)}/Subject${textString(info.subject)}/Keywords${textString(info.keywords)}/Creator${textString(info.creator)}/Producer${textString(info.producer)}/CreationDate${dateString(info.creationDate)}/ModDate${dateString(info.modDate)}>>`;

/** XMP (ISO 16684-1) that claims PDF/A-3a and PDF/UA-1, and describes pdfuaid, which PDF/A-3 does not know (6.6.2.3.3). */
export const xmpPacket = (
  properties: DocumentProperties,
): string => `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
            <pdfaid:part>3</pdfaid:part>
            <pdfaid:conformance>A</pdfaid:conformance>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
            <pdfuaid:part>1</pdfuaid:part>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
            <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
                <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
                <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
                <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
                <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
                    <pdfaProperty:name>part</pdfaProperty:name>
                    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
                    <pdfaProperty:category>internal</pdfaProperty:category>
                    <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
                </rdf:li></rdf:Seq></pdfaSchema:property>
            </rdf:li></rdf:Bag></pdfaExtension:schemas>
        </rdf:Description>${xmpDescriptions(properties)}
    </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
