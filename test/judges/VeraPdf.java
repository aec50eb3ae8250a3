import java.io.FileInputStream;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * `VeraPdf <flavour> <file>…`, flavour as veraPDF spells it (3a, 3b, ua1). Prints a line for each file: `ok <checks> <file>`, or
 * `fail <file>: <clause> <times>x <rule>; …` with every broken rule.
 */
public final class VeraPdf {
  public static void main(String[] args) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.fromString(args[0]);
    for (int index = 1; index < args.length; index += 1) System.out.println(judge(flavour, args[index]));
  }

  private static String judge(PDFAFlavour flavour, String file) throws Exception {
    try (InputStream bytes = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(bytes, flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      ValidationResult result = validator.validate(parser);
      if (result.isCompliant()) return "ok " + result.getTotalAssertions() + " " + file;
      Map<String, Integer> broken = new LinkedHashMap<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
        broken.merge(assertion.getRuleId().getClause() + " " + assertion.getMessage(), 1, Integer::sum);
      }
      StringBuilder line = new StringBuilder("fail " + file + ":");
      broken.forEach((rule, times) -> line.append(' ').append(times).append("x ").append(rule).append(';'));
      return line.toString().replace('\n', ' ');
    }
  }
}
