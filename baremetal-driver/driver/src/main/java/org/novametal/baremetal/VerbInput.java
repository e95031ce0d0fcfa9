package org.novametal.baremetal;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.DeleteInput;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.NodeVerb.Parameter;
import org.novametal.baremetal.operation.NodeVerb.Parameter.Need;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.RescueInput;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.openstack.Glance;
import org.novametal.text.ForeignText;
import org.novametal.text.UrlText;

/**
 * Converts the values that an operator gives for a verb to the input of its operation.
 *
 * @param onFailure what happens to a failed deployment where the values do not say it
 */
record VerbInput(OnFailure onFailure) {
    private static final Map<Integer, String> ALGORITHM_BY_DIGITS = Map.of(64, "sha256", 128, "sha512");
    private static final Set<String> IMAGE_SCHEMES = Set.of("http", "https", "file", Glance.SCHEME);

    /**
     * Checks that the values are those of the verb.
     *
     * @throws IllegalArgumentException naming all that are missing, unknown or malformed
     */
    static void check(NodeVerb verb, Map<String, String> values, Set<String> secrets) {
        List<String> problems = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(values.keySet());
        unknown.addAll(secrets);
        for (Parameter parameter : verb.parameters()) {
            unknown.remove(parameter.name());
            boolean given = parameter.need() == Need.SECRET
                    ? secrets.contains(parameter.name())
                    : values.containsKey(parameter.name());
            if (!given && parameter.need() != Need.OPTIONAL) {
                problems.add("its " + parameter.name() + " is missing: " + parameter.help());
            }
        }
        unknown.forEach(name -> problems.add("it has no parameter '" + name + "'"));
        problem(values, NodeVerb.INSTANCE, InstanceId::of).ifPresent(problems::add);
        problem(values, NodeVerb.IMAGE, VerbInput::imageUrl)
                .filter(_ -> verb != NodeVerb.ADOPT)
                .ifPresent(problems::add);
        problem(values, NodeVerb.CHECKSUM, VerbInput::algorithm).ifPresent(problems::add);
        problem(values, NodeVerb.ON_FAILURE, VerbInput::onFailure).ifPresent(problems::add);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("the verb " + verb.verb() + ": " + String.join("; ", problems));
        }
    }

    private static Optional<String> problem(Map<String, String> values, String name, Function<String, ?> reader) {
        String value = values.get(name);
        try {
            return value == null || reader.apply(value) != null ? Optional.empty() : Optional.of(name);
        } catch (IllegalArgumentException e) {
            return Optional.of("its " + name + " cannot be used: " + e.getMessage());
        }
    }

    private static URI imageUrl(String text) {
        URI url = URI.create(text);
        if (url.getScheme() == null || !IMAGE_SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "'" + ForeignText.line(UrlText.withoutSecrets(url)) + "' is not a URL of a disk image, such as"
                            + " https://images.example/debian-12.qcow2, file:///srv/images/debian-12.qcow2 or glance://ID");
        }
        return url;
    }

    private static String algorithm(String checksum) {
        String algorithm = ALGORITHM_BY_DIGITS.get(checksum.length());
        if (algorithm == null || !checksum.matches("[0-9a-fA-F]+")) {
            throw new IllegalArgumentException("it is neither 64 hexadecimal digits (SHA-256) nor 128 (SHA-512)");
        }
        return algorithm;
    }

    private static OnFailure onFailure(String name) {
        return OnFailure.ofPersistedName(name)
                .orElseThrow(() -> new IllegalArgumentException("it is neither undo nor keep"));
    }

    /**
     * The input of the verb's operation.
     *
     * @param earlier the input of the operation that put the present instance on the node
     */
    OperationInput of(NodeVerb verb, NodeRecord node, Map<String, String> values, Optional<NetworkedInput> earlier) {
        return switch (verb) {
            case MANAGE, PROVIDE, CLEAN, INSPECT ->
                values.isEmpty() ? OperationInput.NOTHING : new OperationInput.Parameters(values);
            case ADOPT ->
                new AdoptInput(
                        value(values, NodeVerb.INSTANCE_NAME),
                        value(values, NodeVerb.INSTANCE_NAME),
                        value(values, NodeVerb.IMAGE),
                        List.of(),
                        "");
            case DEPLOY, REBUILD -> image(node, values, earlier);
            case UNDEPLOY -> new DeleteInput("");
            case RESCUE, UNRESCUE ->
                RescueInput.of(
                        earlier.orElseGet(() -> new RescueInput(node.name().value(), List.of(), "")), "");
            case ABORT, UNDO -> OperationInput.NOTHING;
        };
    }

    private DeploySpec image(NodeRecord node, Map<String, String> values, Optional<NetworkedInput> earlier) {
        Optional<String> checksum = Optional.ofNullable(values.get(NodeVerb.CHECKSUM));
        String image = value(values, NodeVerb.IMAGE);
        return new DeploySpec(
                earlier.map(NetworkedInput::hostname).orElse(node.name().value()),
                UrlText.withoutSecrets(URI.create(image)),
                URI.create(image),
                Optional.empty(),
                checksum.map(VerbInput::algorithm),
                checksum,
                OptionalLong.empty(),
                earlier.map(NetworkedInput::networks).orElse(List.of()),
                PowerAfterSpawn.ON,
                "",
                Set.of(),
                Optional.ofNullable(values.get(NodeVerb.ON_FAILURE))
                        .map(VerbInput::onFailure)
                        .orElse(onFailure),
                Optional.empty());
    }

    private static String value(Map<String, String> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }
}
