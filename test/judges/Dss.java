import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.reports.Reports;
import eu.europa.esig.dss.jaxb.object.Message;
import java.io.File;
import java.util.stream.Collectors;

/**
 * `Dss <trusted certificate>[,<trusted certificate>…] <file>…`. Prints a line for each signature:
 * `<indication> <sub-indication or -> <level> <file>[ BROKEN]: <message> | …`, in the terms of ETSI EN 319 102-1. Fetches nothing.
 */
public final class Dss {
  public static void main(String[] args) {
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    for (String certificate : args[0].split(",")) {
      CertificateToken token = DSSUtils.loadCertificate(new File(certificate));
      trusted.addCertificate(token);
    }
    for (int index = 1; index < args.length; index += 1) judge(trusted, args[index]);
  }

  private static void judge(CommonTrustedCertificateSource trusted, String file) {
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
    validator.setCertificateVerifier(verifier);
    Reports reports = validator.validateDocument();
    for (SignatureWrapper signature : reports.getDiagnosticData().getSignatures()) {
      String id = signature.getId();
      Object sub = reports.getSimpleReport().getSubIndication(id);
      System.out.println(
          reports.getSimpleReport().getIndication(id)
              + " " + (sub == null ? "-" : sub)
              + " " + signature.getSignatureFormat()
              + " " + file
              + (signature.isSignatureIntact() && signature.isSignatureValid() ? "" : " BROKEN")
              + ": " + reports.getSimpleReport().getAdESValidationErrors(id).stream().map(Message::getValue).collect(Collectors.joining(" | ")));
    }
  }
}
