package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.text.ForeignText;

/** What a hostile Redfish service says reaches the operator's terminal only escaped, and within limits. */
@Execution(ExecutionMode.CONCURRENT)
class HostileRedfishTest {
    private static final String EVIL = "\u001b]0;pwned\u0007\u001b[2J\u001b[31mALL MACHINES ARE OFF";

    private static final String JSON_EVIL = "\\u001b[2J\\u009b31m\\u202e\\n02:00 forged";

    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\n]]");

    private static final String ROOT = "{\"Links\":{\"Sessions\":{\"@odata.id\":\"/redfish/v1/S\"}},"
            + "\"Systems\":{\"@odata.id\":\"/redfish/v1/Systems\"}}";

    private static final String MEMBERS = "{\"Members\":[{\"@odata.id\":\"/redfish/v1/Systems/1\"}]}";

    private static final String SESSION = answer("201 Created", "X-Auth-Token: t\r\nLocation: /s/1\r\n", "{}");

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    /** How the service attacks. */
    enum Attack {
        STATUS_LINE,
        REASON_PHRASE,
        MESSAGE,
        LONG_MESSAGE,
        EXTENDED_MESSAGES,
        RETRY_AFTER,
        REDIRECT,
        SYSTEMS_LINK,
        MEMBER_NAMES,
        MEMBER_LINK,
        POWER_STATE,
        POWER_STATE_OBJECT,
        TOKEN,
        RESET_TYPES
    }

    /** What the service answers to a request with this first line. */
    private static String answer(Attack attack, String line) {
        return switch (attack) {
            case STATUS_LINE -> "HTTP/1.1" + EVIL + "\r\n\r\n";
            case REASON_PHRASE -> answer("404 " + EVIL, "", "{}");
            case MESSAGE -> answer("400 Bad", "", "{\"error\":{\"message\":\"" + JSON_EVIL + "\"}}");
            case LONG_MESSAGE ->
                answer("400 Bad", "", "{\"error\":{\"message\":\"" + "\\u001b".repeat(100_000) + "\"}}");
            case EXTENDED_MESSAGES ->
                answer(
                        "400 Bad",
                        "",
                        "{\"error\":{\"@Message.ExtendedInfo\":[{\"MessageId\":\"" + JSON_EVIL + "\",\"Message\":\""
                                + JSON_EVIL + "\",\"Resolution\":\"" + JSON_EVIL + "\"}]}}");
            case RETRY_AFTER -> answer("429 Slow", "Retry-After: \u001b[31mX\r\n", "");
            case REDIRECT -> answer("308 Moved", "Location: ht\u001b[31mtp://\u001b[2J\r\n", "");
            case SYSTEMS_LINK ->
                line.startsWith("POST")
                        ? SESSION
                        : answer("200 OK", "", ROOT.replace("/redfish/v1/Systems", "ht" + JSON_EVIL + "tp://x"));
            case MEMBER_NAMES ->
                service(
                        line,
                        "{\"Members\":[{\"@odata.id\":\"/a" + JSON_EVIL + "\"},{\"@odata.id\":\"/b" + JSON_EVIL
                                + "\"}]}",
                        "{}");
            case MEMBER_LINK -> service(line, "{\"Members\":[{\"@odata.id\":\"http://[" + JSON_EVIL + "\"}]}", "{}");
            case POWER_STATE -> service(line, MEMBERS, "{\"PowerState\":\"On" + JSON_EVIL + "\"}");
            case POWER_STATE_OBJECT ->
                service(line, MEMBERS, "{\"PowerState\":{\"" + JSON_EVIL + "\":\"" + JSON_EVIL + "\"}}");
            case TOKEN ->
                line.startsWith("POST")
                        ? answer("201 Created", "X-Auth-Token: \u001b[2J\r\nLocation: \u001b[2J\r\n", "{}")
                        : service(line, MEMBERS, "{}");
            case RESET_TYPES ->
                service(
                        line,
                        MEMBERS,
                        "{\"PowerState\":\"Off\",\"Actions\":{\"#ComputerSystem.Reset\":{\"target\":\"/reset\","
                                + "\"ResetType@Redfish.AllowableValues\":[\"" + JSON_EVIL + "\"]}}}");
        };
    }

    private static String answer(String status, String headers, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n"
                + headers + "\r\n" + body;
    }

    private static String service(String line, String members, String system) {
        if (line.startsWith("POST")) {
            return SESSION;
        }
        boolean isRoot = line.matches("GET /redfish/v1/? .*");
        boolean isCollection = line.matches("GET /redfish/v1/Systems/? .*");
        return answer("200 OK", "", isRoot ? ROOT : isCollection ? members : system);
    }

    @ParameterizedTest
    @EnumSource
    void whatAHostileBmcSaysIsEscapedInTheTable(Attack attack) throws Exception {
        String printed = run(attack);

        assertThat(printed).doesNotContain(EVIL).doesNotContainPattern(UNSAFE);
        assertThat(printed.lines().toList())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(ForeignText.MAX_MESSAGE_LENGTH + 200))
                .noneMatch(line -> line.startsWith("02:00"));
    }

    @ParameterizedTest
    @EnumSource
    void whatAHostileBmcSaysIsEscapedInValidJson(Attack attack) throws Exception {
        String printed = run(attack, "-f", "json");

        assertThat(printed).doesNotContainPattern(UNSAFE);
        assertThat(printed.lines().filter(line -> line.startsWith("{")))
                .singleElement()
                .satisfies(line -> {
                    String message = new JsonMapper()
                            .readTree(line)
                            .path("error")
                            .path("message")
                            .asText();
                    assertThat(message)
                            .isNotEmpty()
                            .doesNotContainPattern(UNSAFE)
                            .hasSizeLessThanOrEqualTo(ForeignText.MAX_MESSAGE_LENGTH);
                });
    }

    private String run(Attack attack, String... more) throws Exception {
        Files.writeString(folder.resolve("password"), "geheim\n");
        StringWriter printed = new StringWriter();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> serve(server, attack));
            String[] words = {
                "bmc",
                "power",
                attack == Attack.RESET_TYPES ? "on" : "status",
                "--nodes",
                "redfish+http://127.0.0.1:" + server.getLocalPort(),
                "--user",
                "u",
                "--password",
                "@" + folder.resolve("password"),
                "--timeout",
                "5"
            };
            String[] all = Arrays.copyOf(words, words.length + more.length);
            System.arraycopy(more, 0, all, words.length, more.length);
            int code = NovaMetal.commandLine()
                    .setOut(new PrintWriter(printed, true))
                    .setErr(new PrintWriter(printed, true))
                    .execute(all);
            assertThat(code).as(printed.toString()).isOne();
        }
        return printed.toString();
    }

    private static void serve(ServerSocket server, Attack attack) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> serve(socket, attack));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void serve(Socket socket, Attack attack) {
        try (socket;
                InputStream in = socket.getInputStream()) {
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                int length = head.lines()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                        .mapToInt(line -> Integer.parseInt(
                                line.substring(line.indexOf(':') + 1).strip()))
                        .findFirst()
                        .orElse(0);
                in.readNBytes(length);
                socket.getOutputStream()
                        .write(answer(attack, head.lines().findFirst().orElseThrow())
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // The client has hung up; what it printed is checked.
            assertThat(e).isNotNull();
        }
    }

    /** The head of the next request; empty at the end of the connection. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int one = in.read(); one >= 0; one = in.read()) {
            head.append((char) one);
            if (head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }
}
