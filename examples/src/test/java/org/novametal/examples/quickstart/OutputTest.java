package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.novametal.examples.quickstart.Report.ConsoleSeen;
import org.novametal.examples.quickstart.Report.Failed;
import org.novametal.examples.quickstart.Report.NodeRow;
import org.novametal.examples.quickstart.Report.Nodes;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.examples.quickstart.Report.Progressed;
import org.novametal.examples.quickstart.Report.StateChanged;

class OutputTest {
    private static final StateChanged DEPLOYING =
            new StateChanged("fake-1", Optional.of("i-1"), "available", "deploying");
    private static final StateChanged ACTIVE = new StateChanged("fake-1", Optional.of("i-1"), "deploying", "active");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void programsGetOneObjectALineAndNoRemarks() {
        JsonOutput output = new JsonOutput(stream(out));
        output.show(new Note("for people"));
        output.show(DEPLOYING);
        output.show(new StateChanged("fake-1", Optional.empty(), "cleaning", "available"));
        output.show(new Progressed("fake-1", "deploy.write-image", 0.5));
        output.show(new ConsoleSeen("fake-1", "ab", "web-1", List.of("line")));
        output.show(new Failed("NO_VALID_HOST", "none\nat all"));

        assertThat(text(out).lines()).containsExactly("""
                        {"event":"state","node":"fake-1","instance":"i-1","old":"available","new":"deploying"}""", """
                        {"event":"state","node":"fake-1","instance":null,"old":"cleaning","new":"available"}""", """
                        {"event":"progress","node":"fake-1","step":"deploy.write-image","fraction":0.5}""", """
                        {"event":"console","node":"fake-1","sha256":"ab","hostname":"web-1"}""", """
                        {"event":"error","code":"NO_VALID_HOST","message":"none\\nat all"}""");
    }

    @Test
    void programsGetEveryNodeOfATable() {
        new JsonOutput(stream(out)).show(new Nodes("Nodes:", List.of(row("fake-1"), row("fake-2"))));

        assertThat(QuickstartRun.json(text(out)).required("nodes"))
                .extracting(node -> node.required("node").asText())
                .containsExactly("fake-1", "fake-2");
    }

    @Test
    void inAPipeProgressIsPrintedOnceAStepAndTenth() {
        TextOutput output = new TextOutput(stream(out), stream(err));
        output.show(DEPLOYING);
        output.show(new Progressed("fake-1", "deploy.write-image", 0.51));
        output.show(new Progressed("fake-1", "deploy.write-image", 0.55));
        output.show(new Progressed("fake-1", "deploy.write-image", 0.61));
        output.show(new Failed("DEPLOY_FAILED", "it broke"));

        assertThat(text(out).lines())
                .containsExactly(
                        "fake-1: available -> deploying",
                        "fake-1:  50 % deploy.write-image",
                        "fake-1:  60 % deploy.write-image");
        assertThat(text(err).lines()).containsExactly("quickstart: it broke [DEPLOY_FAILED]");
    }

    @Test
    void aTableIsAlignedByItsWidestCells() {
        assertThat(NodeTable.lines(new Nodes("Nodes:", List.of(row("fake-1"), row("fake-10")))))
                .containsExactly(
                        "Nodes:",
                        "  NODE     STATE      VCPUS  MEMORY MB  DISK GB  ARCH    CLASS  INSTANCE",
                        "  fake-1   available  0/4    0/8192     0/10     x86_64  -      -",
                        "  fake-10  available  0/4    0/8192     0/10     x86_64  -      -");
    }

    @Test
    void onATerminalABarIsDrawnOverAndEndsWithALine() {
        LiveOutput output = new LiveOutput(stream(out), stream(err), () -> 100);
        output.show(DEPLOYING);
        output.show(new Progressed("fake-1", "boot.network", 0.5));
        output.show(ACTIVE);

        assertThat(text(out).split("\r\u001b\\[1A\u001b\\[J"))
                .hasSize(3)
                .satisfies(
                        drawings ->
                                assertThat(drawings[1]).contains("[###############---------------]  50 % boot.network"),
                        drawings -> assertThat(drawings[2].strip()).isEqualTo("fake-1: active"));
    }

    @Test
    void aBarIsNeverWiderThanTheTerminalIsNow() {
        int[] columns = {200};
        IntSupplier width = () -> columns[0];
        LiveOutput output = new LiveOutput(stream(out), stream(err), width);
        output.show(DEPLOYING);
        columns[0] = 40;
        out.reset();
        output.show(new Progressed("fake-1", "a-step-with-a-very-long-name-that-does-not-fit", 0.5));

        assertThat(text(out).lines().toList().getLast().replaceAll("\u001b\\[[0-9]*[A-Z]|\r", ""))
                .hasSize(39);
    }

    @Test
    void nothingIsShownAfterTheEnd() {
        for (Output output : List.of(
                new JsonOutput(stream(out)),
                new TextOutput(stream(out), stream(err)),
                new LiveOutput(stream(out), stream(err), () -> 80))) {
            output.close();
            output.show(DEPLOYING);
            output.show(new Failed("INTERNAL", "late"));
        }

        assertThat(text(out) + text(err)).isEmpty();
    }

    private static NodeRow row(String name) {
        return new NodeRow(
                name, "available", "free", 4, 0, 8192, 0, 10, 0, "x86_64", Optional.empty(), Optional.empty());
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
