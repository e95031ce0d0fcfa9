package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.agent.AgentToken;

class ConsoleOutputTest {
    private static final int LIMIT = 100 * 1024;
    private static final String SECRET = "agent_token=geheim&x=1 ";

    @TempDir
    Path folder;

    @Test
    void aFileIsShownFromThePlaceOn() throws Exception {
        assertThat(tail("login: ", 0)).isEqualTo("login: ");
        assertThat(tail("before\nlogin: ", 7)).isEqualTo("login: ");
        assertThat(tail("before\n", 7)).isEmpty();
    }

    @Test
    void aLongFileBeginsWithAWord() throws Exception {
        assertThat(tail(SECRET + "x".repeat(LIMIT - 10), 0)).isEqualTo("x".repeat(LIMIT - 10));
        assertThat(tail(SECRET + "x".repeat(LIMIT), 0)).isEqualTo("x".repeat(LIMIT));
    }

    @Test
    void aFileThatWasRotatedShowsNoRestOfASecret() throws Exception {
        long before = 10 * LIMIT;
        String rest = "heim&x=1 login: ";

        assertThat(tail(rest, before)).as("cut by the rotation").isEqualTo("login: ");
        assertThat(tail(SECRET + "x".repeat(LIMIT - 10), before))
                .as("cut by the limit")
                .isEqualTo("x".repeat(LIMIT - 10));
        assertThat(tail(SECRET + "login: ", SECRET.length() - 10))
                .as("grown again beyond where it was")
                .isEqualTo("login: ");
        assertThat(tail("heim", before)).as("nothing else yet").isEmpty();
    }

    @Test
    void aCutBetweenTheNameOfASecretAndItsValueShowsNoValue() throws Exception {
        String log = "config {'agent_token': 'geheim-geheim', 'x': 1} login: ";

        for (int cut = 1; cut < log.indexOf("login"); cut++) {
            assertThat(AgentToken.blanked(tail(log, cut))).as("cut at %d", cut).doesNotContain("geheim");
        }
    }

    private String tail(String content, long begin) throws Exception {
        return ConsoleOutput.tail(Files.writeString(folder.resolve("console.log"), content), begin);
    }
}
