package org.novametal.baremetal.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.novametal.agent.AgentToken;

class TokenFilterTest {
    private static final String SECRET = "Geheim_0123-456789abcdefghijklmnopqrstuvwxyz";
    private static final String IMAGE = "/images/5d1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11/";
    private static final String OUTPUT =
            "\r\n[    0.000000] Command line: ipa-agent-token=" + SECRET + " BOOTIF=52:54\r\n"
                    + "POST /v1/commands/?wait=false&agent_token=" + SECRET + " HTTP/1.1\n"
                    + "config {'agent_token': '" + SECRET + "', \"agent_token\":\"" + SECRET + "\"}\n"
                    + "nested \"{\\\"agent_token\\\": \\\"" + SECRET + "\\\"}\" b'agent_token': b'" + SECRET + "'\n"
                    + "Location: /v1/commands/%3Fagent_token%3D" + SECRET + "\n"
                    + "GET http://10.0.0.1:8080" + IMAGE + SECRET + " HTTP/1.1\n"
                    + "the agent_token is required, /images/ too; Grüße: agent agent- agent_ /image\n"
                    + "login: ";

    private static String written(TokenFilter filter, String... pieces) {
        StringBuilder all = new StringBuilder();
        for (String piece : pieces) {
            all.append(text(filter.changed(piece.getBytes(StandardCharsets.UTF_8))));
        }
        return all.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String latin(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenThatIsCutAnywhereIsBlanked() {
        byte[] bytes = OUTPUT.getBytes(StandardCharsets.UTF_8);
        String expected = AgentToken.blanked(latin(OUTPUT));

        for (int cut = 0; cut <= bytes.length; cut++) {
            TokenFilter filter = new TokenFilter();
            String all = text(filter.changed(Arrays.copyOf(bytes, cut)))
                    + text(filter.changed(Arrays.copyOfRange(bytes, cut, bytes.length)))
                    + text(filter.interrupted());
            assertThat(all).as("cut at %d", cut).isEqualTo(expected).doesNotContain("0123");
        }
    }

    @Test
    void piecesOfAnyLengthGiveTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] bytes = OUTPUT.getBytes(StandardCharsets.UTF_8);
        String expected = AgentToken.blanked(latin(OUTPUT));

        for (int round = 0; round < 300; round++) {
            TokenFilter filter = new TokenFilter();
            StringBuilder all = new StringBuilder();
            int longest = 1 + random.nextInt(40);
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(longest));
                all.append(text(filter.changed(Arrays.copyOfRange(bytes, at, end))));
                at = end;
            }
            assertThat(all.append(text(filter.interrupted())).toString())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aPromptIsWrittenAtOnce() {
        assertThat(written(new TokenFilter(), "\r\nmetal-0 login: ")).isEqualTo("\r\nmetal-0 login: ");
        assertThat(written(new TokenFilter(), "\r\nPassword: ", "a")).isEqualTo("\r\nPassword: ");
    }

    @Test
    void whatIsHeldBackIsShownBlanked() {
        TokenFilter filter = new TokenFilter();
        assertThat(written(filter, "\nagent_token=Geheim_01")).isEqualTo("\n");
        assertThat(text(filter.held())).isEqualTo("agent_token=***");
        assertThat(text(filter.interrupted())).isEqualTo("agent_token=***");
        assertThat(filter.held()).isEmpty();
    }

    @Test
    void theRestOfATokenAfterAMissingPartIsBlanked() {
        TokenFilter filter = new TokenFilter();
        assertThat(written(filter, "\nagent_token=Gehei")).isEqualTo("\n");
        filter.interrupted();

        assertThat(written(filter, SECRET.substring(5, 20), SECRET.substring(20) + " HTTP/1.1\n"))
                .isEqualTo("*** HTTP/1.1\n");
        assertThat(written(new TokenFilter(), SECRET.substring(9) + "&x=1 ")).isEqualTo("***&x=1 ");
    }

    @Test
    void theFirstWordOfAnOrdinaryBootIsKept() {
        assertThat(written(new TokenFilter(), "SeaBIOS ", "(version 1.16)\n")).isEqualTo("SeaBIOS (version 1.16)\n");
    }
}
