package org.novametal.baremetal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.CharMatcher;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.InjectedFile;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.Instance.ConfigDriveDemand;
import org.novametal.driver.model.KeyPair;
import org.novametal.driver.model.Secret;

/**
 * The files of a config drive for a request that brings none: of a program that embeds the driver, or of the command line. Nova
 * brings its own files, which have vendor data and network data too.
 *
 * <p>Source of the layout: Nova {@code nova/api/metadata/base.py}.
 */
final class InstanceMetadata {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LATEST = "openstack/latest/";

    /** The path of the metadata, in JSON. */
    static final String META_DATA = LATEST + "meta_data.json";

    private static final int SEED_BYTES = 512;

    private InstanceMetadata() {}

    /** Whether the request has something that only a config drive can deliver, or its user asked for one. */
    static boolean isWanted(DeployRequest request) {
        Instance instance = request.instance();
        return instance.configDriveDemand() == ConfigDriveDemand.ASKED
                || instance.userData().isPresent()
                || !instance.keyPairs().isEmpty()
                || !request.injectedFiles().isEmpty();
    }

    /**
     * The files by path.
     *
     * @throws IllegalArgumentException when user data or a file is not base64; the message contains none of it
     */
    static Map<String, byte[]> files(DeployRequest request, RandomGenerator random) {
        Instance instance = request.instance();
        Map<String, byte[]> files = new TreeMap<>();
        ObjectNode metadata = JSON.createObjectNode();
        metadata.put("uuid", instance.id().toString());
        metadata.put("name", instance.displayName().orElse(instance.name()));
        metadata.put("hostname", instance.fqdn().orElse(instance.hostname()));
        metadata.put("launch_index", instance.launchIndex());
        instance.availabilityZone().ifPresent(zone -> metadata.put("availability_zone", zone));
        instance.projectId().ifPresent(project -> metadata.put("project_id", project));
        if (!instance.metadata().isEmpty()) {
            ObjectNode meta = metadata.putObject("meta");
            new TreeMap<>(instance.metadata()).forEach(meta::put);
        }
        keys(metadata, instance.keyPairs());
        request.adminPassword().map(Secret::reveal).ifPresent(password -> metadata.put("admin_pass", password));
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        metadata.put("random_seed", Base64.getEncoder().encodeToString(seed));
        if (!request.injectedFiles().isEmpty()) {
            ArrayNode list = metadata.putArray("files");
            for (InjectedFile file : request.injectedFiles()) {
                String path = "content/%04d".formatted(list.size());
                list.addObject().put("path", file.path()).put("content_path", "/" + path);
                files.put("openstack/" + path, decoded("file " + file.path(), file.content()));
            }
        }
        files.put(META_DATA, metadata.toString().getBytes(StandardCharsets.UTF_8));
        Optional<String> userData = instance.userData();
        userData.ifPresent(data -> files.put(LATEST + "user_data", decoded("user data", data)));
        return files;
    }

    private static void keys(ObjectNode metadata, List<KeyPair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        ObjectNode publicKeys = metadata.putObject("public_keys");
        ArrayNode keys = metadata.putArray("keys");
        for (KeyPair pair : pairs) {
            publicKeys.put(pair.name(), pair.publicKey());
            keys.addObject()
                    .put("name", pair.name())
                    .put(
                            "type",
                            switch (pair.type()) {
                                case SSH -> "ssh";
                                case X509 -> "x509";
                            })
                    .put("data", pair.publicKey());
        }
    }

    private static byte[] decoded(String what, String base64) {
        try {
            return Base64.getDecoder().decode(CharMatcher.whitespace().removeFrom(base64));
        } catch (IllegalArgumentException e) {
            // The exception's message contains a character of it.
            throw new IllegalArgumentException("the " + what + " is not base64");
        }
    }
}
