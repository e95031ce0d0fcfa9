package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.computehost.HostClient;
import org.novametal.examples.computehost.HostOptions;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nova-metal select}: asks the host manager of a running compute host for a node. */
@Command(
        name = "select",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Shows which node the host manager of a running compute host would choose for an instance, or why there is none.",
            "Nothing is claimed, unless --claim names the instance.",
            "Example: nova-metal select --live --resource-class CUSTOM_GOLD --config-file nova.conf"
        })
final class SelectCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--live", description = "asks the running compute host; must be given")
    private boolean live;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private HostLogin login;

    @Option(names = "--vcpus", paramLabel = "N", description = "processors of the flavor (${DEFAULT-VALUE})")
    private int vcpus;

    @Option(names = "--memory-mb", paramLabel = "MIB", description = "memory of the flavor (${DEFAULT-VALUE})")
    private int memoryMb;

    @Option(names = "--local-gb", paramLabel = "GIB", description = "root disk of the flavor (${DEFAULT-VALUE})")
    private int localGb;

    @Option(names = "--resource-class", paramLabel = "C", description = "the resource class, such as CUSTOM_GOLD")
    @Nullable
    private String resourceClass;

    @Option(names = "--trait", paramLabel = "T", description = "a required trait; may be given several times")
    private List<String> traits = List.of();

    @Option(names = "--claim", paramLabel = "UUID", description = "claims the node for this instance")
    @Nullable
    private UUID instance;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    /** The socket of a compute host. */
    static final class HostLogin {
        @Option(
                names = "--config-file",
                paramLabel = "F",
                required = true,
                description = "the nova.conf of the compute host; [compute_host] socket names its socket")
        @SuppressWarnings("NullAway.Init") // by picocli
        private Path configFile;

        Path socket() {
            try {
                return HostOptions.from(NovaConf.builder().file(configFile).build())
                        .server()
                        .socket();
            } catch (DriverException e) {
                throw new WrongUsage(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() {
        if (!live) {
            throw new WrongUsage("select asks a running compute host; give --live");
        }
        HostClient host = new HostClient(login.socket(), LIMIT);
        UUID asked = Optional.ofNullable(instance).orElseGet(UUID::randomUUID);
        JsonNode chosen;
        try {
            HostClient.Reply reply =
                    host.call("POST", "/v1/select", request(asked).toString());
            if (reply.status() != 200) {
                err().println("select: "
                        + ForeignText.lines(
                                reply.json().path("error").path("message").asText("no host manager")));
                return 1;
            }
            chosen = reply.json();
            if (instance == null) {
                host.call("POST", "/v1/release", "{\"instance_uuid\": \"" + asked + "\"}");
            }
        } catch (IOException e) {
            err().println("select: the compute host at " + host.socket() + " cannot be asked: " + e.getMessage()
                    + "; is it running, and is this user allowed?");
            return 1;
        }
        output.print(
                spec.commandLine().getOut(),
                List.of(chosen),
                List.of(
                        new RowOutput.Column<>(
                                "node", row -> Optional.of(row.path("node").asText())),
                        new RowOutput.Column<>(
                                "claimed_until",
                                row -> instance == null
                                        ? Optional.empty()
                                        : Optional.of(row.path("claimed_until").asText())),
                        new RowOutput.Column<>(
                                "alternatives",
                                row -> Optional.of(row.path("alternatives").findValuesAsText("node")))),
                3);
        return 0;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private ObjectNode request(UUID asked) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("instance_uuid", asked.toString());
        ObjectNode flavor = json.putObject("flavor")
                .put("name", "select")
                .put("vcpus", vcpus)
                .put("memory_mb", memoryMb)
                .put("root_gb", localGb);
        ObjectNode specs = flavor.putObject("extra_specs");
        if (resourceClass != null) {
            specs.put("resources:" + resourceClass, "1");
        }
        traits.forEach(trait -> specs.put("trait:" + trait, "required"));
        return json;
    }
}
