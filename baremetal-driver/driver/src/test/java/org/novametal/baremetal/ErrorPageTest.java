package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException;
import org.novametal.driver.error.ErrorCode;

/** Compares the page of errors with the program. */
class ErrorPageTest {
    private static final Path PAGE = Path.of("ERRORS.md");

    /** The cells of the rows of the table whose header begins with this cell. */
    private static List<List<String>> table(String header) throws Exception {
        return Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.startsWith("| " + header + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| "))
                .map(line -> Splitter.on('|').trimResults().splitToList(line))
                .map(cells -> cells.subList(1, cells.size() - 1))
                .toList();
    }

    @Test
    void eachErrorCodeHasARowWithItsExceptionReactionCauseAndAction() throws Exception {
        List<List<String>> rows = table("code");

        assertThat(rows.stream().map(row -> row.subList(0, 3)))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> List.of(
                                "`" + code.persistedName() + "`",
                                "`" + code.novaName(Integer.MAX_VALUE) + "`",
                                "`" + code.disposition() + "`"))
                        .toList());
        assertThat(rows).allSatisfy(ErrorPageTest::isComplete);
    }

    @Test
    void eachReasonOfABmcHasARowThatSaysWhetherItIsTriedAgain() throws Exception {
        List<List<String>> rows = table("reason");

        assertThat(rows.stream().map(row -> row.subList(0, 2)))
                .containsExactlyElementsOf(Arrays.stream(BmcException.Reason.values())
                        .map(reason ->
                                List.of("`" + reason + "`", reason.retry() == BmcException.Retry.LATER ? "yes" : "no"))
                        .toList());
        assertThat(rows).allSatisfy(ErrorPageTest::isComplete);
    }

    private static void isComplete(List<String> row) {
        assertThat(row)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(cell -> assertThat(cell).isNotBlank());
    }
}
