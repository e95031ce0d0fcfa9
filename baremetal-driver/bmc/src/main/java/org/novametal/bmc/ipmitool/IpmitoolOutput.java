package org.novametal.bmc.ipmitool;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.session.RefusalReasons;

/**
 * Interprets the output of {@code ipmitool -v … raw NETFN COMMAND DATA…}. A success is exit code 0 and the answer's data on
 * standard output:
 *
 * <pre>
 *  01 05 a0 04 00 00 00        a blank before each byte, sixteen bytes a line; an empty line where there are none
 * </pre>
 *
 * <p>Every other result is recognized by lines on standard error; this class lists the complete lines. Source: ipmitool
 * 1.8.19, and its observed output.
 */
final class IpmitoolOutput {
    /** The possessive quantifier avoids a stack frame for each line. */
    private static final Pattern DATA = Pattern.compile("(?:\\n|(?: [0-9a-f]{2}){1,16} ?\\n)++");

    private static final Pattern NOT_DONE = Pattern.compile(
            "Unable to send RAW command \\(channel=0x0 netfn=0x([0-9a-f]{1,2}) lun=0x0 cmd=0x([0-9a-f]{1,2})"
                    + "(?: rsp=0x([0-9a-f]{1,2})\\): .*|\\))");

    /** The texts for the statuses of Open Session and RAKP, from status 1 on. IPMI 2.0 table 13-15. */
    private static final List<String> STATUSES = List.of(
            "insufficient resources for session",
            "invalid session ID",
            "invalid payload type",
            "invalid authentication algorithm",
            "invalid integrity algorithm",
            "no matching authentication algorithm",
            "no matching integrity payload",
            "inactive session ID",
            "invalid role",
            "unauthorized role requested",
            "insufficient resources for role",
            "invalid name length",
            "unauthorized name",
            "unauthorized GUID",
            "invalid integrity check value",
            "invalid confidentiality algorithm",
            "no matching cipher suite",
            "illegal parameter");

    private static final Pattern STATUS =
            Pattern.compile("(?:Error in open session response message|RAKP [24] message indicates an error) : (.*)");

    /**
     * Lines that report why no session was opened; where several are printed, the first matching row of this table decides.
     */
    private static final List<Row> SESSION_LINES = List.of(
            new Row("> RAKP 2 HMAC is invalid", Reason.WRONG_PASSWORD),
            new Row("> RAKP 4 message has invalid integrity check value", Reason.WRONG_KEY),
            new Row("Invalid user name", Reason.UNKNOWN_USER),
            // A reachable IPMI 1.5 BMC drops messages authenticated with a wrong password.
            new Row("Activate Session command failed", Reason.WRONG_PASSWORD),
            new Row("Activate Session error:", Reason.NO_FREE_SESSION),
            new Row("\tNo session slot available", Reason.NO_FREE_SESSION),
            new Row("\tNo slot available to support user due to maximum privilege capacity", Reason.NO_FREE_SESSION),
            new Row("\tRequested privilege level exceeds limit", Reason.PRIVILEGE_TOO_LOW),
            new Row(
                    "Set Session Privilege Level to (?:User|Operator|Administrator) failed: .*",
                    Reason.PRIVILEGE_TOO_LOW),
            new Row("Set Session Privilege Level to (?:User|Operator|Administrator) failed", Reason.UNREACHABLE),
            new Row("Authentication type .* not supported", Reason.UNSUPPORTED_CIPHER),
            new Row("Address lookup for .* failed", Reason.UNREACHABLE),
            new Row("Could not open socket!", Reason.UNREACHABLE),
            new Row("Get Auth Capabilities error", Reason.UNREACHABLE),
            new Row("Error issuing Get Channel Authentication Capabilities request", Reason.UNREACHABLE),
            new Row("Get Session Challenge command failed", Reason.UNREACHABLE),
            new Row("> Error: no response from RAKP [13] message", Reason.UNREACHABLE),
            new Row("Error: Unable to establish IPMI v2 / RMCP\\+ session", Reason.UNREACHABLE),
            new Row("Error: Unable to establish IPMI v1\\.5 / RMCP session", Reason.UNREACHABLE));

    private record Row(Pattern line, Reason reason) {
        Row(String line, Reason reason) {
            this(Pattern.compile(line), reason);
        }
    }

    /** The result of a run. */
    sealed interface Meaning {
        /**
         * The BMC answered.
         *
         * @param completionCode 0 where the command succeeded
         * @param data the answer's data; empty where the code is not 0
         */
        record Answer(int completionCode, Bytes data) implements Meaning {}

        /**
         * The BMC did not answer the command.
         *
         * @param why the reason
         * @param text the lines of output that report it
         */
        record Failure(Reason why, String text) implements Meaning {}
    }

    private IpmitoolOutput() {}

    /** Interprets a run that exited. */
    static Meaning read(int networkFunction, int command, int exitCode, String output, String errors) {
        if (exitCode == 0) {
            return DATA.matcher(output).matches()
                    ? new Meaning.Answer(0, Bytes.fromHex(output.replaceAll("\\s", "")))
                    : new Meaning.Failure(Reason.PROTOCOL, "ipmitool exited with 0 but printed: " + shown(output));
        }
        List<String> lines = errors.lines().toList();
        return lines.stream()
                .flatMap(line -> notDone(networkFunction, command, line).stream())
                .findFirst()
                .or(() -> lines.stream().flatMap(line -> status(line).stream()).findFirst())
                .or(() -> SESSION_LINES.stream()
                        .filter(row -> lines.stream().anyMatch(row.line().asMatchPredicate()))
                        .findFirst()
                        .map(row -> new Meaning.Failure(row.reason(), shown(errors))))
                .orElseGet(() -> new Meaning.Failure(
                        Reason.PROTOCOL, "ipmitool exited with " + exitCode + " and printed: " + shown(errors)));
    }

    private static Optional<Meaning> notDone(int networkFunction, int command, String line) {
        Matcher matcher = NOT_DONE.matcher(line);
        if (!matcher.matches()
                || Integer.parseInt(matcher.group(1), 16) != networkFunction
                || Integer.parseInt(matcher.group(2), 16) != command) {
            return Optional.empty();
        }
        return Optional.of(
                matcher.group(3) == null
                        ? new Meaning.Failure(Reason.UNREACHABLE, line)
                        : new Meaning.Answer(Integer.parseInt(matcher.group(3), 16), Bytes.EMPTY));
    }

    private static Optional<Meaning> status(String line) {
        Matcher matcher = STATUS.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return IntStream.range(0, STATUSES.size())
                .filter(index -> STATUSES.get(index).equals(matcher.group(1)))
                .<Meaning>mapToObj(index -> new Meaning.Failure(RefusalReasons.ofStatus(index + 1), line))
                .findFirst()
                .or(() -> Optional.of(new Meaning.Failure(Reason.PROTOCOL, line)));
    }

    private static String shown(String text) {
        return text.strip().replace("\n", "; ");
    }
}
